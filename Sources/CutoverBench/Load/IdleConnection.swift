import CLinux
import Glibc

/// A client's connection that is kept after a request.
final class IdleConnection {
    private let descriptor: Int32

    /// Connects to 127.0.0.1; `nil` when nobody listens.
    init?(port: UInt16) {
        var descriptor: Int32 = -1
        guard clinux_connect_ipv4(0x7f00_0001, port, &descriptor) >= 0 else { return nil }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Sends a small GET; false when that cannot be done within five seconds.
    func sends() -> Bool {
        let request = Array("GET / HTTP/1.1\r\nHost: bench\r\n\r\n".utf8)
        return wait(for: POLLOUT) && clinux_socket_error(descriptor) == 0
            && clinux_send(descriptor, request, request.count) == request.count
    }

    /// Whether a whole response with 200 comes, each piece of it within five seconds.
    func receives() -> Bool {
        var response = SmallResponse()
        while wait(for: POLLIN) {
            switch response.receive(from: descriptor) {
            case .complete: return true
            case .incomplete: continue
            case .failed: return false
            }
        }
        return false
    }

    private func wait(for events: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return poll(&entry, 1, 5_000) > 0
    }
}
