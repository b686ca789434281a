import CBench
import CLinux
import Foundation
import Glibc
import Synchronization

/// Connections that send one small GET after the other, on a thread of their own, and note every
/// response.
final class SwitchLoad: Sendable {
    /// What was seen.
    struct Record: Sendable {
        var responses: [SwitchTimeline.Response] = []
        /// Requests without a whole response of 200.
        var failures = 0
    }

    private let record = Mutex(Record())
    private let isStopped = Atomic(false)
    private let begun = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts to send, and returns when every connection has had a response or has failed.
    init(port: UInt16, connections: Int, processor: Int32) {
        Thread.detachNewThread { [self] in
            _ = cbench_pin(processor)
            let record = Self.run(port, connections, isStopped, begun)
            self.record.withLock { $0 = record }
            ended.signal()
        }
        _ = begun.wait(timeout: .now() + 10)
    }

    /// Ends it; what it has seen.
    func stop() -> Record {
        isStopped.store(true, ordering: .relaxed)
        _ = ended.wait(timeout: .now() + 10)
        return record.withLock { $0 }
    }

    private static func run(
        _ port: UInt16,
        _ count: Int,
        _ isStopped: borrowing Atomic<Bool>,
        _ begun: DispatchSemaphore
    ) -> Record {
        var record = Record()
        record.responses.reserveCapacity(4_000_000)
        var clients = (0..<count).map { _ in SwitchClient(port: port) }
        var waiting = Set(clients.indices)
        var entries = clients.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
        while !isStopped.load(ordering: .relaxed) {
            poll(&entries, nfds_t(count), 100)
            for index in clients.indices where entries[index].revents != 0 {
                switch clients[index].advance() {
                case .response(let response): record.responses.append(response)
                case .failure: record.failures += 1
                case .nothing: continue
                }
                waiting.remove(index)
                if waiting.isEmpty { begun.signal() }
            }
            for index in clients.indices {
                entries[index] = pollfd(
                    fd: clients[index].descriptor,
                    events: clients[index].events,
                    revents: 0
                )
            }
        }
        for client in clients { client.hangUp() }
        return record
    }
}

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

    private static let request = Array("GET / HTTP/1.1\r\nHost: bench\r\n\r\n".utf8)

    init(port: UInt16) {
        self.port = port
        connect()
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
            let ended = clinux_monotonic()
            let seen = SwitchTimeline.Response(begun: begun, ended: ended, mark: response.mark)
            if response.closes {
                hangUp()
                connect()
            } else if !send() {
                return fail()
            }
            return .response(seen)
        }
    }

    func hangUp() {
        if descriptor >= 0 { close(descriptor) }
    }

    private mutating func connect() {
        descriptor = -1
        events = Int16(POLLOUT)
        _ = clinux_connect_ipv4(0x7f00_0001, port, &descriptor)
    }

    private mutating func send() -> Bool {
        begun = clinux_monotonic()
        let request = Self.request
        guard descriptor >= 0, clinux_socket_error(descriptor) == 0,
            clinux_send(descriptor, request, request.count) == request.count
        else { return false }
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
