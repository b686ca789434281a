import Foundation
import Glibc

/// A connection to a port of 127.0.0.1 on which a test writes what it likes; it never blocks.
final class RawConnection {
    private let descriptor: Int32
    private var bytes: [UInt8] = []

    /// Connects; a connection that waits to be accepted is there, too.
    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, size)
            }
        }
        guard result == 0 else {
            throw TookTooLong(description: "no connection to port \(port): errno \(errno)")
        }
    }

    deinit { close(descriptor) }

    /// Sends a few bytes.
    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }

    /// Everything that has come.
    var received: String {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Waits until so many answers have come, all of them with this body.
    func answers(_ count: Int, _ body: String) async throws {
        try await waitUntil(
            "answer \(count), '\(body)'",
            showing: { self.received },
            { self.received.components(separatedBy: "\r\n\r\n\(body)").count > count }
        )
    }
}
