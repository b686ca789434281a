import CutoverWire
import Glibc

/// Making Unix sockets by path.
enum UnixSocket {
    /// Why a socket could not be made.
    struct Failure: Error {
        var code: Int32
        var detail: String
    }

    /// A listener that only this user can reach.
    ///
    /// The mode is set between bind and listen: until it listens nobody can connect, so that there
    /// is no moment with a wider mode. The process's umask is not touched, because instances that
    /// are being started meanwhile would inherit it.
    static func listen(at path: String) throws(Failure) -> Int32 {
        let address = try address(path)
        let descriptor = try make()
        // The state directory's lock is held: a socket that lies there is a dead engine's.
        unlink(path)
        let result = address.withAddress { bind(descriptor, $0, $1) }
        guard result == 0, chmod(path, 0o600) == 0, Glibc.listen(descriptor, 16) == 0 else {
            let code = errno
            close(descriptor)
            throw Failure(code: code, detail: String(cString: strerror(code)))
        }
        return descriptor
    }

    static func connect(to path: String) throws(Failure) -> Int32 {
        let address = try address(path)
        let descriptor = try make()
        let result = address.withAddress { Glibc.connect(descriptor, $0, $1) }
        guard result == 0 else {
            let code = errno
            close(descriptor)
            throw Failure(code: code, detail: String(cString: strerror(code)))
        }
        return descriptor
    }

    private static func make() throws(Failure) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_UNIX, type, 0)
        guard descriptor >= 0 else {
            throw Failure(code: errno, detail: String(cString: strerror(errno)))
        }
        return descriptor
    }

    private static func address(_ path: String) throws(Failure) -> sockaddr_un {
        guard let address = sockaddr_un(path: path) else {
            throw Failure(
                code: ENAMETOOLONG,
                detail: "the path is longer than 107 bytes; choose a shorter state directory"
            )
        }
        return address
    }
}
