import CBench
import CLinux
import Foundation
import Glibc
import Synchronization

/// Connections that send one small request after the other, on a thread of their own, and note
/// every response; one connection in eight sends POSTs.
final class SwitchLoad: Sendable {
    /// What was seen.
    struct Record: Sendable {
        var responses: [SwitchTimeline.Response] = []
        /// Requests without a whole response of 200.
        var failures = 0
        /// Requests that were sent whole, those that failed among them.
        var sent = OriginCounts()
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

    /// Ends it when what was sent is answered, or has failed; what it has seen.
    func stop() throws(BenchFault) -> Record {
        isStopped.store(true, ordering: .relaxed)
        guard ended.wait(timeout: .now() + 10) == .success else {
            throw BenchFault("the load of the switches does not end")
        }
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
        var clients = (0..<count).map { SwitchClient(port: port, isPost: $0 % 8 == 7) }
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
        let deadline = clinux_monotonic() + 5_000_000_000
        for index in clients.indices {
            switch clients[index].finish(before: deadline) {
            case .response(let response): record.responses.append(response)
            case .failure: record.failures += 1
            case .nothing: break
            }
            record.sent += clients[index].counts
        }
        return record
    }
}
