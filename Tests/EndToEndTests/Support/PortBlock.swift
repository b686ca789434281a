import Glibc
import Synchronization

/// Neighbouring ports on 127.0.0.1 that no other test of this run has and nobody listens on.
struct PortBlock: Sendable {
    let first: Int

    static let size = 70

    private static let next = Mutex(Int.random(in: 10_000..<20_000))

    init() {
        first = Self.next.withLock { next in
            while !(next..<next + Self.size).allSatisfy(Self.isFree) { next += Self.size }
            defer { next += Self.size }
            return next
        }
    }

    /// The ports of instances, as a manifest writes them.
    func range(from offset: Int, count: Int) -> String {
        "\(first + offset)-\(first + offset + count - 1)"
    }

    subscript(offset: Int) -> Int { first + offset }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return bindLoopback(descriptor, port)
    }

    static func bindLoopback(_ descriptor: Int32, _ port: Int) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        } == 0
    }
}

/// Holds a port of 127.0.0.1, as another program that came first does.
final class TakenPort: Sendable {
    let port: Int
    private let descriptor: Int32

    init(_ port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        // What the test starts must not hold it too.
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        self.port = port
        guard PortBlock.bindLoopback(descriptor, port), listen(descriptor, 8) == 0 else {
            throw TookTooLong(description: "port \(port) cannot be taken: errno \(errno)")
        }
    }

    deinit { close(descriptor) }
}
