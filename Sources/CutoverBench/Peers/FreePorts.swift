import CLinux
import Glibc

/// Ports of 127.0.0.1 that nobody listens on, below the range that connections are made from.
///
/// The probe listens without SO_REUSEPORT, so that it fails where a forgotten process of an
/// earlier run listens with it: such a one would silently take half of all connections.
struct FreePorts {
    private var next: UInt16 = .random(in: 20_000..<28_000)

    /// One more of them.
    mutating func take() throws(BenchFault) -> UInt16 {
        for _ in 0..<2_000 {
            next += 1
            let descriptor = clinux_listen_ipv4(0x7f00_0001, next, 0)
            guard descriptor >= 0 else { continue }
            close(descriptor)
            return next
        }
        throw BenchFault("no port between 20000 and 32000 of 127.0.0.1 is free")
    }
}
