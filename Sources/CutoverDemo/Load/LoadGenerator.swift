import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Sends requests at a fixed pace over several connections, and counts what becomes of each.
///
/// Latency counts from the moment that a request was due, so that a stall is not hidden by requests
/// that were never sent.
package struct LoadGenerator: Sendable {
    package var host: String
    package var port: Int
    /// Requests per second over all connections.
    package var rate: Int
    package var connections: Int

    package init(host: String, port: Int, rate: Int, connections: Int) {
        self.host = host
        self.port = port
        self.rate = rate
        self.connections = connections
    }

    /// Sends until the task is cancelled or `limit` is over, then waits for the last answers.
    ///
    /// - Parameters:
    ///   - limit: bounds the load whatever happens to whoever started it.
    ///   - report: is merged into while the load runs.
    package func run(limit: Duration, into report: SharedLoadReport) async {
        let interval = Duration.seconds(1) / rate * connections
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<connections {
                let start = ContinuousClock.now + interval / connections * index
                group.addTask {
                    await drive(from: start, every: interval, limit: limit, into: report)
                }
            }
        }
    }

    private func drive(
        from start: ContinuousClock.Instant,
        every interval: Duration,
        limit: Duration,
        into report: SharedLoadReport
    ) async {
        var client: LoadClient?
        var due = start
        var number = 0
        while !Task.isCancelled, due < start + limit {
            try? await Task.sleep(until: due, clock: .continuous)
            if Task.isCancelled { break }
            number += 1
            // Real clients come and go: one request in fifty is the last of its connection.
            let isClosing = number % 50 == 0
            report.update { $0.sent += 1 }
            let request = LoadRequest.number(number)
            let answer = await exchange(request, closing: isClosing, over: &client)
            count(answer, of: request, due: due, in: report)
            if !answer.keepsConnection {
                client?.close()
                client = nil
            }
            due += interval
        }
        client?.close()
    }

    private func exchange(
        _ request: LoadRequest,
        closing: Bool,
        over client: inout LoadClient?
    ) async -> LoadConnection.Answer {
        let target = "\(host):\(port)"
        if let open = client, open.isActive {
            let answer = await open.send(request, host: target, closing: closing)
            if case .notSent = answer {} else { return answer }
        }
        client = await LoadClient.connect(host: host, port: port)
        guard let open = client else { return .failed("refused") }
        let answer = await open.send(request, host: target, closing: closing)
        if case .notSent = answer { return .failed("reset") }
        return answer
    }

    private func count(
        _ answer: LoadConnection.Answer,
        of request: LoadRequest,
        due: ContinuousClock.Instant,
        in report: SharedLoadReport
    ) {
        let elapsed = ContinuousClock.now - due
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        report.update { report in
            switch answer {
            case .notSent: report.failures["reset", default: 0] += 1
            case .failed(let kind):
                report.failures[kind, default: 0] += 1
            case .complete(let status, _, _, _) where [502, 503, 504].contains(status):
                report.failures[String(status), default: 0] += 1
            case .complete(let status, let release, _, _) where status >= 500:
                report.releaseErrors[release, default: 0] += 1
            case .complete(let status, let release, let bytes, _):
                guard status == 200, request.accepts(bodyBytes: bytes) else {
                    report.failures["malformed", default: 0] += 1
                    return
                }
                report.succeeded += 1
                report.answers[release, default: 0] += 1
                if request == .small { report.latency.record(elapsed) }
                if report.firstAnswer[release] == nil { report.firstAnswer[release] = now }
            }
        }
    }
}

/// A report that several connections count into.
package final class SharedLoadReport: Sendable {
    private let report = Mutex(LoadReport())

    package init() {}

    package func update(_ change: (inout LoadReport) -> Void) {
        report.withLock { change(&$0) }
    }

    package var current: LoadReport { report.withLock { $0 } }
}

extension LoadConnection.Answer {
    var keepsConnection: Bool {
        switch self {
        case .failed, .notSent: false
        case .complete(_, _, _, let keepAlive): keepAlive
        }
    }
}
