import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// `cutover proxy` with fewer descriptors than there are clients.
    @Suite struct DescriptorLimitTests {
        private static let limit = 64

        /// Descriptors that it has open.
        private func descriptors(_ proxy: Program) -> Int {
            let path = "/proc/\(proxy.processID)/fd"
            return (try? FileManager.default.contentsOfDirectory(atPath: path).count) ?? 0
        }

        /// Time that it has had a processor for.
        private func processorTime(_ proxy: Program) throws -> Duration {
            let folder = "/proc/\(proxy.processID)/task"
            let tasks = try FileManager.default.contentsOfDirectory(atPath: folder)
            let nanoseconds = try tasks.map { task in
                let path = "\(folder)/\(task)/schedstat"
                let text = try String(contentsOfFile: path, encoding: .utf8)
                return try #require(Int64(text.prefix { $0 != " " }))
            }
            return .nanoseconds(nanoseconds.reduce(0, +))
        }

        /// Connections whose requests have begun, so that none of them gives way.
        private func begin(_ count: Int, _ path: String, _ port: Int) throws -> [RawConnection] {
            try (0..<count).map { _ in
                let connection = try RawConnection(port: port)
                connection.send("GET \(path) HTTP/1.1\r\n")
                return connection
            }
        }

        @Test func moreClientsThanDescriptorsCostNoProcessorAndNobodyHisAnswer() async throws {
            let folder = try ProductProject.makeFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            let ports = PortBlock()
            let service = try Program(
                "/usr/bin/env",
                ["python3", Support.path("slow_service.py"), "\(ports[1])", "v1"],
                folder: folder
            )
            defer { service.signal(SIGKILL) }
            // The proxy raises its limit to the hard one, and bash sets both.
            let proxy = try Program(
                "/usr/bin/env",
                [
                    "bash", "-c", "ulimit -n \(Self.limit) && exec \"$@\"", "bash", Product.path,
                    "proxy", "--listen", "localhost:\(ports[0])", "--upstream",
                    "127.0.0.1:\(ports[1])", "--threads", "1",
                ],
                folder: folder
            )
            try await waitUntil("the proxy") { proxy.errors.contains("serves 127.0.0.1") }
            let client = try IndependentClient(port: ports[0], requests: 5, folder: folder)
            try await client.answers(5, of: "v1")
            _ = try await client.finish()
            let before = descriptors(proxy)

            let first = try #require(begin(1, "/", ports[0]).first)
            let held = try begin(12, "/hold?2", ports[0])
            var crowd = try begin(80, "/", ports[0])
            try await waitUntil(
                "the last descriptor",
                showing: { "\(self.descriptors(proxy)) are open" },
                { self.descriptors(proxy) >= Self.limit - 1 }
            )
            try await serve(first, proxy)
            try await refuseWhatDoesNotFit(held)

            crowd.removeAll()
            let late = try RawConnection(port: ports[0])
            late.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            try await late.answers(1, "v1\n")
            // Connections to the instance may be kept, and these two clients and the twelve are.
            try await waitUntil(
                "the crowd's descriptors to be closed",
                showing: { "\(self.descriptors(proxy)) are open, \(before) were" },
                { self.descriptors(proxy) <= before + 14 + 8 }
            )
            proxy.signal(SIGKILL)
        }

        /// A client that is connected is served again and again, and between that the proxy sleeps.
        private func serve(_ client: RawConnection, _ proxy: Program) async throws {
            let clock = ContinuousClock()
            let start = clock.now
            let before = try processorTime(proxy)
            // It begins the next request with each, and so is never idle. Each answer is awaited for
            // fifty milliseconds or so.
            for count in 1...20 {
                client.send("Host: x\r\n\r\nGET / HTTP/1.1\r\n")
                try await client.answers(count, "v1\n")
            }
            let share = try (processorTime(proxy) - before) / (clock.now - start)
            #expect(descriptors(proxy) >= Self.limit - 1, "the clients have left too early")
            #expect(share < 0.3, "\(share) of a processor")
        }

        /// Requests for which the reserve does not suffice are refused at once, the others served.
        private func refuseWhatDoesNotFit(_ clients: [RawConnection]) async throws {
            for client in clients { client.send("Host: x\r\n\r\n") }
            let body = "The proxy holds as many requests as its memory and descriptors allow.\n"
            try await waitUntil(
                "answers to all",
                showing: { "\(clients.map(\.received))" },
                {
                    clients.allSatisfy { client in
                        ["v1\n", body].contains { client.received.hasSuffix($0) }
                    }
                }
            )
            let refused = clients.count { $0.received.hasPrefix("HTTP/1.1 503 ") }
            let served = clients.count { $0.received.hasPrefix("HTTP/1.1 200 ") }
            #expect(refused >= 1 && served >= 7, "\(served) served, \(refused) refused")
            #expect(refused + served == clients.count)
        }
    }
}
