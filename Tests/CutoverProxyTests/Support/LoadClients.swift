import Foundation
import Synchronization

/// Clients that send one request after the other on kept connections, and judge every answer.
final class LoadClients: Sendable {
    /// What they counted.
    struct Counts: Equatable {
        var answers: [String: Int] = [:]
        var failures: [String] = []

        var total: Int { answers.values.reduce(0, +) }
    }

    private let state = Mutex(Counts())
    private let isStopped = Atomic(false)
    private let done = DispatchSemaphore(value: 0)
    private let clients: Int

    /// Starts this many clients; every second one sends POST.
    init(port: UInt16, clients: Int) {
        self.clients = clients
        for number in 0..<clients {
            Thread.detachNewThread { [self] in
                run(port, isPost: number % 2 == 1)
                done.signal()
            }
        }
    }

    /// What was counted so far.
    var counts: Counts { state.withLock { $0 } }

    /// Ends the clients, each behind a whole answer, and returns what they counted.
    func stop() -> Counts {
        isStopped.store(true, ordering: .relaxed)
        for _ in 0..<clients { done.wait() }
        return counts
    }

    private func run(_ port: UInt16, isPost: Bool) {
        var socket: TestSocket?
        let request =
            isPost
            ? "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
            : "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        while !isStopped.load(ordering: .relaxed) {
            socket = socket ?? TestSocket(port: port)
            guard let open = socket, open.send(request), let response = open.receiveResponse()
            else {
                state.withLock { $0.failures.append("cut or refused") }
                socket = nil
                continue
            }
            state.withLock { counts in
                if response.head.hasPrefix("HTTP/1.1 200") {
                    counts.answers[response.body, default: 0] += 1
                } else {
                    counts.failures.append(response.head)
                }
            }
            if response.head.contains("Connection: close") { socket = nil }
        }
    }
}
