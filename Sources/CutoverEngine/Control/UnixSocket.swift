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
        let descriptor = try make()
        // The state directory's lock is held: a socket that lies there is a dead engine's.
        unlink(path)
        let result = try withAddress(path) { address, length in
            bind(descriptor, address, length)
        }
        guard result == 0, chmod(path, 0o600) == 0, Glibc.listen(descriptor, 16) == 0 else {
            let code = errno
            close(descriptor)
            throw Failure(code: code, detail: String(cString: strerror(code)))
        }
        return descriptor
    }

    static func connect(to path: String) throws(Failure) -> Int32 {
        let descriptor = try make()
        let result = try withAddress(path) { address, length in
            Glibc.connect(descriptor, address, length)
        }
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

    private static func withAddress(
        _ path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) throws(Failure) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw Failure(
                code: ENAMETOOLONG,
                detail: "the path is longer than 107 bytes; choose a shorter state directory"
            )
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
