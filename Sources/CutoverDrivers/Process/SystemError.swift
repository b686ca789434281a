import Glibc

/// An error number of the system, in the system's own words.
struct SystemError: Error, Hashable, CustomStringConvertible {
    var code: Int32

    var description: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(code, &buffer, buffer.count) == 0 else {
            return "errno \(code)"
        }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return "\(String(decoding: bytes, as: UTF8.self)) (errno \(code))"
    }

    /// What is missing may be there again without anybody changing anything.
    var isTransient: Bool {
        [EAGAIN, ENOMEM, EMFILE, ENFILE, EINTR, ETXTBSY, EIO, ENOSPC].contains(code)
    }
}
