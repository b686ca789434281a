import CLinux
import Glibc

/// A socket that never blocks, with what came over it.
struct RawSocket {
    let descriptor: Int32
    private(set) var received: [UInt8] = []
    /// The peer sent its end, in either way.
    private(set) var hasEnded = false
    private(set) var isReset = false
    private var waiting: [UInt8] = []

    /// Takes over a descriptor that does not block.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        var isOn: Int32 = 1
        // Each piece shall travel alone.
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, 4)
    }

    /// What to wait for.
    var entry: pollfd {
        let events = (hasEnded ? 0 : POLLIN) | (waiting.isEmpty ? 0 : POLLOUT)
        return pollfd(fd: descriptor, events: Int16(events), revents: 0)
    }

    /// Sends bytes, now or when the peer takes them.
    mutating func send(_ bytes: [UInt8]) {
        waiting += bytes
        flush()
    }

    /// Sends what waits; a peer that is gone takes nothing more.
    mutating func flush() {
        while !waiting.isEmpty {
            let count = waiting.withUnsafeBytes {
                clinux_send(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else {
                if count != -Int(EAGAIN) { waiting = [] }
                return
            }
            waiting.removeFirst(count)
        }
    }

    /// Receives what has come.
    mutating func receive() {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while !hasEnded {
            let count = clinux_receive(descriptor, &chunk, chunk.count)
            if count == -Int(EAGAIN) { return }
            hasEnded = count <= 0
            isReset = count < 0
            received += chunk.prefix(max(0, count))
        }
    }

    /// Forgets the first bytes that came.
    mutating func drop(_ count: Int) {
        received.removeFirst(count)
    }

    /// Ends the sending direction.
    func finish() {
        clinux_shutdown_send(descriptor)
    }
}
