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

    deinit {
        close(descriptor)
    }
}
