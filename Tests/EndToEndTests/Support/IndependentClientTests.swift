import Foundation
import Testing

extension EndToEnd {
    /// The witness itself: what it must see, it sees.
    @Suite struct IndependentClientTests {
        @Test func refusedAndUnansweredRequestsCountAsFailed() async throws {
            try await ProductProject.with(ServiceSketch(ports: PortBlock())) { project in
                let port = PortBlock()[0]
                let refused = try await Self.counts(of: port, project)
                #expect(refused.failures == ["refused": 4] && refused.failed == 4, "\(refused)")
                // Nothing accepts there, so that connections stay without an answer.
                let silent = try TakenPort(port)
                let unanswered = try await Self.counts(of: silent.port, project)
                #expect(unanswered.failures == ["timed out": 4], "\(unanswered)")
            }
        }

        @Test func cutShortResetAndBadGatewayAnswersCountAsFailed() async throws {
            let short = "HTTP/1.1 200 OK\\r\\nX-Release: v1\\r\\nContent-Length: 99\\r\\n\\r\\nhalf"
            let bad = "HTTP/1.1 503 No\\r\\nContent-Length: 0\\r\\n\\r\\n"
            for (answer, kind) in [(short, "cut short"), ("", "reset"), (bad, "503")] {
                try await ProductProject.with(ServiceSketch(ports: PortBlock())) { project in
                    let port = PortBlock()[0]
                    let script = """
                        import socket
                        server = socket.create_server(("127.0.0.1", \(port)), backlog=64)
                        while True:
                            peer = server.accept()[0]
                            peer.recv(65536)
                            peer.sendall(b"\(answer)")
                            peer.close()
                        """
                    let server = try Program(
                        "/usr/bin/env",
                        ["python3", "-c", script],
                        folder: project.folder
                    )
                    try await waitUntil("the server") {
                        let probe = try await Self.counts(of: port, project, requests: 1)
                        return probe.failures["refused"] == nil
                    }
                    let counts = try await Self.counts(of: port, project)
                    #expect(counts.failures == [kind: 4], "\(counts)")
                    server.signal(SIGKILL)
                }
            }
        }

        @Test func a500OfAReleaseIsItsOwn() async throws {
            let sketch = ServiceSketch(ports: PortBlock())
            try await ProductProject.with(sketch) { project in
                try await project.startEngine()
                try await project.serve("v4-failing")
                let release = try IndependentClient(port: sketch.listen, folder: project.folder)
                try await release.answers(40)
                let counts = try await release.finish()
                #expect(counts.failed == 0 && counts.releaseErrors["v4-failing"] ?? 0 > 0)
            }
        }

        /// Of a client that sends a few requests.
        private static func counts(
            of port: Int,
            _ project: ProductProject,
            requests: Int = 4
        ) async throws -> IndependentClient.Counts {
            let client = try IndependentClient(
                port: port,
                post: nil,
                requests: requests,
                timeout: 1,
                folder: project.folder
            )
            try await waitUntil("the client's requests") { client.counts?.sent == requests }
            return try await client.finish()
        }
    }
}
