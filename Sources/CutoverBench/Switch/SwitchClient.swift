import CLinux
import Glibc

/// One connection of the load; it connects anew where the proxy asks for that, or fails.
struct SwitchClient {
    /// What came of an event.
    enum Outcome {
        case response(SwitchTimeline.Response)
        case failure
        case nothing
    }

    private(set) var descriptor: Int32 = -1
    /// What it waits for.
    private(set) var events = Int16(POLLOUT)

    private let port: UInt16
    private var response = SmallResponse()
    private var begun: UInt64 = 0

    private let isPost: Bool
    private let request: [UInt8]
    private var sent = 0

    init(port: UInt16, isPost: Bool) {
        self.port = port
        self.isPost = isPost
        let post = "POST / HTTP/1.1\r\nHost: bench\r\nContent-Length: 5\r\n\r\nhello"
        request = Array((isPost ? post : "GET / HTTP/1.1\r\nHost: bench\r\n\r\n").utf8)
        connect()
    }

    /// What it has sent.
    var counts: OriginCounts {
        var counts = OriginCounts()
        counts.requests = sent
        counts.posts = isPost ? sent : 0
        return counts
    }

    /// Does what the descriptor is ready for.
    mutating func advance() -> Outcome {
        guard events == Int16(POLLIN) else {
            return send() ? .nothing : fail()
        }
        switch response.receive(from: descriptor) {
        case .incomplete: return .nothing
        case .failed: return fail()
        case .complete:
            let seen = seen
            if response.closes {
                hangUp()
                connect()
            } else if !send() {
                return fail()
            }
            return .response(seen)
        }
    }

    /// Waits for the response to what was sent, and hangs up; the deadline is in nanoseconds of
    /// CLOCK_MONOTONIC.
    mutating func finish(before deadline: UInt64) -> Outcome {
        defer { hangUp() }
        guard events == Int16(POLLIN) else { return .nothing }
        while true {
            let left = Int64(deadline) - Int64(clinux_monotonic())
            var entry = pollfd(fd: descriptor, events: events, revents: 0)
            guard poll(&entry, 1, Int32(max(0, left / 1_000_000))) > 0 else { return .failure }
            switch response.receive(from: descriptor) {
            case .incomplete: continue
            case .failed: return .failure
            case .complete: return .response(seen)
            }
        }
    }

    /// The response that is complete.
    private var seen: SwitchTimeline.Response {
        SwitchTimeline.Response(begun: begun, ended: clinux_monotonic(), mark: response.mark)
    }

    private func hangUp() {
        if descriptor >= 0 { close(descriptor) }
    }

    private mutating func connect() {
        descriptor = -1
        events = Int16(POLLOUT)
        _ = clinux_connect_ipv4(0x7f00_0001, port, &descriptor)
    }

    private mutating func send() -> Bool {
        begun = clinux_monotonic()
        guard descriptor >= 0, clinux_socket_error(descriptor) == 0,
            clinux_send(descriptor, request, request.count) == request.count
        else { return false }
        sent += 1
        events = Int16(POLLIN)
        return true
    }

    private mutating func fail() -> Outcome {
        hangUp()
        response = SmallResponse()
        connect()
        return .failure
    }
}
