import Foundation
import Glibc
import Testing

/// The load generator wrk, at full speed on a few kept connections.
final class Wrk: Sendable {
    private let program: Program

    init(port: Int, connections: Int = 6, folder: URL) throws {
        program = try Program(
            "/usr/bin/env",
            [
                "wrk", "-t1", "-c\(connections)", "-d100s", "--timeout", "10s",
                "http://127.0.0.1:\(port)/",
            ],
            folder: folder
        )
    }

    /// Ends it; it has seen no socket error and no status but 2xx and 3xx.
    func expectNoErrors(_ location: SourceLocation = #_sourceLocation) async throws {
        program.signal(SIGINT)
        let result = try await program.result()
        let text = result.text
        // Both lines are printed only where there is something to count.
        #expect(!text.contains("Socket errors"), "\(text)", sourceLocation: location)
        #expect(!text.contains("Non-2xx"), "\(text)", sourceLocation: location)
        let count = text.split(separator: "\n").first { $0.contains("requests in") }
            .flatMap { Int($0.split(separator: " ")[0]) }
        #expect(count ?? 0 > 1000, "\(text)", sourceLocation: location)
    }
}
