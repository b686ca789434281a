import Foundation
import Glibc

/// A client that shares no code with Cutover and counts what becomes of each of its requests.
///
/// See `independent_client.py`. It ends with this object at the latest.
final class IndependentClient: Sendable {
    /// What it counted up to a moment ago.
    struct Counts: Decodable, CustomStringConvertible {
        var sent: Int
        var answered: Int
        /// Requests without a complete answer, and 502, 503 and 504 of the proxy.
        var failed: Int
        var failures: [String: Int]
        /// Complete answers by release.
        var releases: [String: Int]
        /// Answers of 500 and above by release: its own doing.
        var releaseErrors: [String: Int]
        /// The first failures with their times.
        var samples: [String]
        /// Seconds of the slowest complete answer.
        var slowest: Double

        var description: String {
            "\(sent) sent, \(answered) answered, \(failed) failed \(failures) \(samples); "
                + "by release \(releases), their errors \(releaseErrors), slowest \(slowest) s"
        }
    }

    /// Where the client is told apart which release answered.
    enum ReleaseMark {
        /// The header `X-Release`.
        case header
        /// The first words of the body.
        case body
        case none
    }

    private let program: Program

    init(
        port: Int,
        path: String = "/",
        post: String? = "/echo",
        mark: ReleaseMark = .header,
        rate: Int = 12,
        seconds: Int = 110,
        requests: Int = 40_000,
        timeout: Int = 15,
        isFresh: Bool = false,
        folder: URL
    ) throws {
        var arguments = [
            Support.path("independent_client.py"), "--port", "\(port)", "--path", path, "--rate",
            "\(rate)",
            "--seconds", "\(seconds)", "--requests", "\(requests)", "--timeout", "\(timeout)",
        ]
        if let post { arguments += ["--post", post] }
        // Each request on a connection of its own.
        if isFresh { arguments.append("--fresh") }
        switch mark {
        case .header: break
        case .body: arguments += ["--header", "none", "--by-content"]
        case .none: arguments += ["--header", "none"]
        }
        program = try Program("/usr/bin/env", ["python3"] + arguments, folder: folder)
    }

    deinit {
        program.closeInput()
    }

    /// What it counted up to a moment ago.
    ///
    /// `nil`: nothing yet.
    var counts: Counts? {
        let lines = program.output.split(separator: "\n")
        return lines.last { $0.hasSuffix("}") }.flatMap {
            try? JSONDecoder().decode(Counts.self, from: Data($0.utf8))
        }
    }

    /// One client with two requests that the service holds for so long, on connections of their
    /// own.
    ///
    /// The service must be ``ServiceSketch/slow``.
    static func holding(seconds: Int, port: Int, folder: URL) throws -> IndependentClient {
        try IndependentClient(
            port: port,
            path: "/hold?\(seconds)",
            post: nil,
            requests: 2,
            timeout: seconds + 30,
            folder: folder
        )
    }

    /// Waits until its requests are on their way.
    func sends(_ count: Int) async throws {
        try await waitUntil("\(count) requests to be sent") { (self.counts?.sent ?? 0) >= count }
    }

    /// Waits until so many requests more than up to here were answered.
    func answers(_ count: Int, of release: String? = nil) async throws {
        let before = answered(by: release)
        try await waitUntil(
            "\(count) answers of \(release ?? "any release")",
            showing: { self.counts?.description ?? self.program.errors },
            { self.answered(by: release) >= before + count }
        )
    }

    /// Ends it when the requests that it has begun are answered, and returns all its counts.
    func finish(within limit: Duration = .seconds(30)) async throws -> Counts {
        program.closeInput()
        let result = try await program.result(within: limit)
        guard let counts else { throw TookTooLong(description: "no counts: \(result.text)") }
        return counts
    }

    private func answered(by release: String?) -> Int {
        guard let counts else { return 0 }
        return release.map { counts.releases[$0] ?? 0 } ?? counts.answered
    }
}
