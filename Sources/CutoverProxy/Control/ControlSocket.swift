import CLinux
import CutoverWire
import Glibc

/// The control socket's file, held by a lock for as long as the process lives.
///
/// The lock decides who serves: a socket file that nobody holds is a dead process's and is
/// replaced, one that somebody serves never is.
final class ControlSocket {
    /// The listening socket; -1 when it was released.
    private(set) var descriptor: Int32

    /// Without a descriptor for a connection, which stays in the queue: looking again at once would
    /// find it again.
    private(set) var isExhausted = false

    private let path: String
    private let lock: Int32

    /// Given up for a connection when no other descriptor is left, so that the engine is heard even
    /// then.
    private var reserve: Int32 = -1

    /// Takes the lock and listens.
    init(path: String) throws(ProxyFault) {
        try Self.checkDirectory(parentDirectory(of: path))
        lock = try Self.takeLock(path)
        self.path = path
        descriptor = -1
        do throws(ProxyFault) {
            try Self.removeStale(path)
        } catch {
            close(lock)
            throw error
        }
        descriptor = clinux_listen_unix(path)
        guard descriptor >= 0 else {
            close(lock)
            throw ProxyFault(
                "the control socket \(path) cannot be opened: \(systemMessage(-descriptor))"
            )
        }
        keepReserve()
    }

    /// Accepts one connection of this user or of root; `nil` when none waits, or when none can be
    /// accepted.
    func accept() -> Int32? {
        while true {
            var address: UInt32 = 0
            let peer = clinux_accept(descriptor, &address)
            guard peer >= 0 else {
                if [EMFILE, ENFILE].contains(-peer), spendReserve() {
                    continue
                }
                isExhausted = [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(-peer)
                return nil
            }
            if isTrusted(peer) {
                return peer
            }
            close(peer)
        }
    }

    /// Makes up for the lack of descriptors, when it is over.
    func keepReserve() {
        isExhausted = false
        if reserve < 0 {
            reserve = open("/dev/null", O_RDONLY | O_CLOEXEC)
        }
    }

    private func spendReserve() -> Bool {
        guard reserve >= 0 else {
            return false
        }
        close(reserve)
        reserve = -1
        return true
    }

    /// Leaves name and lock to the next proxy, while this one still finishes what runs.
    func release() {
        guard descriptor >= 0 else {
            return
        }
        // The name goes first: whoever gets the lock next may make it anew.
        unlink(path)
        close(descriptor)
        descriptor = -1
        close(lock)
    }

    deinit {
        release()
        if reserve >= 0 {
            close(reserve)
        }
    }

    private static func checkDirectory(_ directory: String) throws(ProxyFault) {
        var status = stat()
        guard stat(directory, &status) == 0 else {
            throw ProxyFault(
                "the directory \(directory) of the control socket cannot be used: "
                    + systemMessage(errno)
            )
        }
        guard status.st_mode & 0o022 == 0, status.st_uid == geteuid() else {
            throw ProxyFault(
                "the directory \(directory) of the control socket must belong to this user "
                    + "and be writable by nobody else: chmod 0700 it"
            )
        }
    }

    private static func takeLock(_ path: String) throws(ProxyFault) -> Int32 {
        let name = path + ".lock"
        let descriptor = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw ProxyFault("the lock \(name) cannot be opened: \(systemMessage(errno))")
        }
        var result = flock(descriptor, LOCK_EX | LOCK_NB)
        // Whoever leaves gives up the name a moment before the lock.
        let deadline = ContinuousClock.now + .seconds(1)
        while result != 0, errno == EWOULDBLOCK, ContinuousClock.now < deadline {
            guard access(path, F_OK) != 0 else {
                errno = EWOULDBLOCK
                break
            }
            poll(nil, 0, 5)
            result = flock(descriptor, LOCK_EX | LOCK_NB)
        }
        guard result == 0 else {
            let code = errno
            var buffer = [UInt8](repeating: 0, count: 32)
            let count = max(read(descriptor, &buffer, buffer.count), 0)
            close(descriptor)
            guard code == EWOULDBLOCK else {
                throw ProxyFault("the lock \(name) cannot be taken: \(systemMessage(code))")
            }
            let owner = String(decoding: buffer[..<count].filter(\.isDigit), as: UTF8.self)
            throw ProxyFault("another proxy, process \(owner), serves \(path)")
        }
        let owner = Array("\(getpid())\n".utf8)
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, owner, owner.count, 0)
        return descriptor
    }

    /// Removes a socket that a dead process left; leaves everything else alone.
    private static func removeStale(_ path: String) throws(ProxyFault) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ProxyFault("\(path) is no socket: move it away, or choose another path")
        }
        var peer: Int32 = -1
        let result = clinux_connect_unix(path, &peer)
        if peer >= 0 {
            close(peer)
        }
        guard result == -ECONNREFUSED else {
            throw ProxyFault("somebody else listens on the control socket \(path)")
        }
        unlink(path)
    }
}

/// Whether the process at the other end of a Unix socket is this user's or root's.
func isTrusted(_ peer: Int32) -> Bool {
    var user = UInt32.max
    if clinux_peer_user(peer, &user) == 0, user == geteuid() || user == 0 {
        return true
    }
    report("a connection of user \(user) to the control socket was refused")
    return false
}
