import Glibc

/// A file descriptor, closed with its value.
struct OwnedDescriptor: ~Copyable {
    let number: Int32

    /// Takes over an open descriptor.
    init(_ number: Int32) {
        self.number = number
    }

    deinit {
        close(number)
    }

    /// Opens a file that is not a symbolic link; it is closed on exec.
    init(opening path: String, _ flags: Int32, mode: mode_t = 0) throws(SystemError) {
        let number = open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode)
        guard number >= 0 else {
            throw SystemError(code: errno)
        }
        self.number = number
    }

    /// The next bytes, at most `count`; empty at the end.
    func read(atMost count: Int) throws(SystemError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        while true {
            let result = Glibc.read(number, &buffer, count)
            if result >= 0 {
                return Array(buffer.prefix(result))
            }
            guard errno == EINTR else {
                throw SystemError(code: errno)
            }
        }
    }

    /// Everything from the current place on, at most `limit` bytes.
    func readAll(limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let next = try read(atMost: min(65_536, limit - bytes.count))
            if next.isEmpty {
                break
            }
            bytes += next
        }
        return bytes
    }

    func write(_ bytes: [UInt8]) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let result = bytes.withUnsafeBytes { buffer in
                Glibc.write(number, buffer.baseAddress.map { $0 + written }, bytes.count - written)
            }
            if result >= 0 {
                written += result
            } else if errno != EINTR {
                throw SystemError(code: errno)
            }
        }
    }
}

/// The bytes of a file, at most `limit`.
func readFile(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
    try OwnedDescriptor(opening: path, O_RDONLY).readAll(limit: limit)
}
