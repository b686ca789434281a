import CLinux
import Glibc

/// A TCP port of 127.0.0.1 that is taken, and whose connections nobody accepts.
final class Listener: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = clinux_listen_ipv4(0x7f00_0001, 0, 0)
        let port = clinux_local_port(descriptor)
        guard descriptor >= 0, port > 0 else {
            throw TookTooLong(description: "no port to listen on")
        }
        self.port = UInt16(port)
    }

    /// Takes a port beside whoever listens there with SO_REUSEPORT.
    init(sharing port: UInt16) throws {
        descriptor = clinux_listen_ipv4(0x7f00_0001, port, 1)
        guard descriptor >= 0 else {
            throw TookTooLong(description: "port \(port) to share")
        }
        self.port = port
    }

    deinit {
        close(descriptor)
    }
}
