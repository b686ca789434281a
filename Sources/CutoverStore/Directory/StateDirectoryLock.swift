import Glibc

/// The exclusive right to drive what a state directory describes: held until the value is released.
///
/// The kernel takes the lock back when the process ends in any way, so that a stale file never
/// locks anybody out. The descriptor closes on exec: an instance never inherits the lock.
package final class StateDirectoryLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock, or throws ``StoreError/Kind/lockedByEngine(processID:)`` with the owner.
    package init(_ directory: StateDirectory) throws(StoreError) {
        let path = directory.file("engine.lock")
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw StateDirectory.systemFailure(errno, at: path, doing: "cannot be opened")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let owner = Self.owner(descriptor)
            close(descriptor)
            guard code == EWOULDBLOCK else {
                throw StateDirectory.systemFailure(code, at: path, doing: "cannot be locked")
            }
            throw StoreError(.lockedByEngine(processID: owner), path: directory.path, detail: "")
        }
        self.descriptor = descriptor
        // The file's content only names the owner in a message: the lock holds without it, so that
        // a full disk does not keep an engine from starting.
        if ftruncate(descriptor, 0) == 0 {
            let text = Array("\(getpid())\n".utf8)
            _ = pwrite(descriptor, text, text.count, 0)
        }
    }

    deinit {
        close(descriptor)
    }

    private static func owner(_ descriptor: Int32) -> Int32? {
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else {
            return nil
        }
        return Int32(String(decoding: buffer[..<count].prefix { $0 != 0x0A }, as: UTF8.self))
    }
}
