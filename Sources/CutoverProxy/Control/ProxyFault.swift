import Glibc

/// Why the proxy cannot start or go on; the text names the place, the fault and the fix.
package struct ProxyFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// Records a fault.
    init(_ description: String) {
        self.description = description
    }

    /// For what cannot even begin.
    static let noDescriptor = ProxyFault("no descriptor is left: raise the limit of open files")
}

/// The system's words for an error number.
func systemMessage(_ code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &buffer, buffer.count) == 0 else {
        return "errno \(code)"
    }
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return "\(String(decoding: bytes, as: UTF8.self)) (errno \(code))"
}

/// Writes one line to the process's log, which is its standard error.
func report(_ message: String) {
    let line = Array("cutover proxy: \(message)\n".utf8)
    // One write, so that lines of several threads do not mix; a log that is gone is no reason to
    // stop.
    _ = write(STDERR_FILENO, line, line.count)
}
