import CLinux
import Glibc

/// The response to a small GET as it comes in: a head, and 100 bytes of one letter.
struct SmallResponse {
    /// What came of a read.
    enum Progress: Equatable {
        case complete
        case incomplete
        /// The connection ended, or what came is no such response.
        case failed
    }

    private var bytes: [UInt8] = []

    /// The letter of the body, when it is complete.
    private(set) var mark: UInt8 = 0
    /// Whether the connection ends behind it.
    private(set) var closes = false

    static let bodyBytes = 100

    /// Reads what has arrived.
    mutating func receive(from descriptor: Int32) -> Progress {
        let before = bytes.count
        var count = 0
        bytes.append(contentsOf: repeatElement(0, count: 2_048))
        count = bytes.withUnsafeMutableBytes { buffer in
            buffer.baseAddress.map { clinux_receive(descriptor, $0 + before, 2_048) } ?? 0
        }
        bytes.removeLast(2_048 - max(count, 0))
        if count == -Int(EAGAIN) { return .incomplete }
        return count > 0 ? take() : .failed
    }

    /// Reads bytes that are at hand.
    mutating func receive(_ more: some Sequence<UInt8>) -> Progress {
        bytes += more
        return take()
    }

    private mutating func take() -> Progress {
        guard let end = Self.find(Self.headEnd, in: bytes) else { return .incomplete }
        let length = end + 4 + Self.bodyBytes
        guard bytes.count >= length else { return .incomplete }
        guard bytes.count == length, bytes.starts(with: "HTTP/1.1 200 ".utf8) else {
            return .failed
        }
        mark = bytes[length - 1]
        closes = Self.find(Self.closing, in: bytes) != nil
        bytes.removeAll(keepingCapacity: true)
        return .complete
    }

    private static let headEnd = Array("\r\n\r\n".utf8)
    private static let closing = Array("\r\nConnection: close".utf8)

    private static func find(_ text: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= text.count else { return nil }
        return (0...(bytes.count - text.count)).first { start in
            bytes[start] == text[0] && bytes[start...].starts(with: text)
        }
    }
}
