package import Glibc

extension sockaddr_un {
    /// The address of a path; `nil` when the path and its end do not fit into 108 bytes.
    package init?(path: String) {
        self.init()
        let bytes = Array(path.utf8)
        guard bytes.count <= SocketAddress.pathBytesMaximum, !bytes.contains(0) else {
            return nil
        }
        sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &sun_path) { $0.copyBytes(from: bytes) }
    }

    /// Lends it as the system's calls want it.
    package func withAddress<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafePointer(to: self) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
