import Glibc

/// Finds ports on 127.0.0.1 that nobody listens on.
enum FreePorts {
    /// The first of `count` neighbouring free ports at `from` or later, below `to`.
    ///
    /// Another program may take one before it is used; whoever binds it then says so.
    ///
    /// - Throws: ``DemoError/noFreePorts(count:)``.
    static func first(of count: Int, from: Int, to: Int) throws -> Int {
        var start = from
        while start + count <= to {
            guard let taken = (start..<start + count).last(where: { !isFree($0) }) else {
                return start
            }
            start = taken + 1
        }
        throw DemoError.noFreePorts(count: count)
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size)
            }
        }
        return result == 0
    }
}
