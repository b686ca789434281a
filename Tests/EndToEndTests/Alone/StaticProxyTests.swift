import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// `cutover proxy --listen --upstream`: the data plane without engine, state and manifest.
    @Suite struct StaticProxyTests {
        @Test func itServesUntilASignalAndFinishesWhatRuns() async throws {
            let folder = try ProductProject.makeFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            let ports = PortBlock()
            let service = try Program(
                "/usr/bin/env",
                ["python3", Support.path("slow_service.py"), "\(ports[1])", "v1"],
                folder: folder
            )
            let socket = folder.appending(path: "nobody.sock").path
            let arguments = [
                "proxy", "--listen", "localhost:\(ports[0])", "--upstream",
                "127.0.0.1:\(ports[1]),unix:\(socket)", "--threads", "1",
            ]
            let proxy = try Program(Product.path, arguments, folder: folder)
            let client = try IndependentClient(port: ports[0], folder: folder)
            try await client.answers(5, of: "v1")
            // Started as root it also says how to run with fewer rights.
            #expect(
                proxy.errors.hasSuffix(
                    "cutover proxy: serves 127.0.0.1:\(ports[0]) from "
                        + "127.0.0.1:\(ports[1]), unix:\(socket) on 1 thread\n"
                )
            )
            #expect(proxy.errors.contains("runs as root: --user NAME") == (geteuid() == 0))

            let other = try await Program.run(Product.path, arguments, folder: folder)
            #expect(other.status == 1, "\(other.text)")
            #expect(other.errors.contains("cannot listen on 127.0.0.1:\(ports[0])"))

            let held = try Program(
                "/usr/bin/env",
                ["curl", "-sv", "http://127.0.0.1:\(ports[0])/hold?2"],
                folder: folder
            )
            // What curl shows of a request it has sent.
            try await waitUntil("the request") { held.errors.contains("> GET /hold") }
            proxy.signal(SIGTERM)
            #expect(try await held.result().output == "v1\n")
            let result = try await proxy.result()
            #expect(result.status == 0, "\(result.text)")
            service.signal(SIGKILL)
        }

        @Test func whatRunsLongerThanTheDrainTimeoutIsCut() async throws {
            let folder = try ProductProject.makeFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            let ports = PortBlock()
            let service = try Program(
                "/usr/bin/env",
                ["python3", Support.path("slow_service.py"), "\(ports[1])", "v1"],
                folder: folder
            )
            let arguments = [
                "proxy", "--listen", "127.0.0.1:\(ports[0])", "--upstream",
                "127.0.0.1:\(ports[1])", "--drain-timeout", "0",
            ]
            let proxy = try Program(Product.path, arguments, folder: folder)
            let client = try IndependentClient(port: ports[0], folder: folder)
            try await client.answers(1, of: "v1")
            let held = try Program(
                "/usr/bin/env",
                ["curl", "-sv", "http://127.0.0.1:\(ports[0])/hold?5"],
                folder: folder
            )
            try await waitUntil("the request") { held.errors.contains("> GET /hold") }
            proxy.signal(SIGTERM)
            let answer = try await held.result()
            #expect(answer.errors.contains("< HTTP/1.1 503 "), "\(answer.text)")
            _ = try await proxy.result()
            service.signal(SIGKILL)
        }

        @Test func everyWrongAddressIsToldAtOnce() async throws {
            let result = try await Product.run(
                "proxy",
                "--listen",
                "8080",
                "--upstream",
                "9090,no-such-host.invalid:80"
            )
            #expect(result.status == 1, "\(result.text)")
            let lines = result.errors.split(separator: "\n")
            #expect(lines.count == 3 && lines.allSatisfy { $0.hasPrefix("cutover: --") })
        }
    }
}
