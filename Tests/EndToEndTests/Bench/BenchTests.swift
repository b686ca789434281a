import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// The benchmark: what it starts does what its figures rest on.
    @Suite struct BenchTests {
        private static var program: String {
            URL(filePath: Product.path).deletingLastPathComponent()
                .appending(path: "cutover-bench").path
        }

        @Test func originAndForwarderAnswerEveryPathInFull() async throws {
            let folder = try ProductProject.makeFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            let ports = PortBlock()
            let origin = try Program(
                Self.program,
                ["origin", "--port", "\(ports[0])", "--mark", "z"],
                folder: folder
            )
            let forwarder = try Program(
                Self.program,
                ["forwarder", "--port", "\(ports[1])", "--upstream", "\(ports[0])"],
                folder: folder
            )
            defer { for one in [origin, forwarder] { one.signal(SIGKILL) } }
            // The forwarder may be up before the origin, and has then nobody to dial.
            for port in [ports[0], ports[1]] {
                let knock = ["curl", "-sS", "--retry", "9", "--retry-connrefused"]
                let url = "http://127.0.0.1:\(port)/"
                _ = try await Program.run("/usr/bin/env", knock + [url], folder: folder)
            }
            let body = folder.appending(path: "body")
            try Data(repeating: 97, count: 300_000).write(to: body)
            let url = "http://127.0.0.1:\(ports[0])/served"
            let told = ["curl", "-sS", url]
            let before = try await Program.run("/usr/bin/env", told, folder: folder).output
            let cases: [(path: String, options: [String], size: Int)] = [
                ("/", [], 100), ("/10k", [], 10_240), ("/chunked", [], 10_240),
                ("/1m", [], 1 << 20), ("/", ["--data-binary", "@\(body.path)"], 100),
                ("/10k", ["-H", "Connection: close"], 10_240),
            ]
            for (path, options, size) in cases {
                let url = "http://127.0.0.1:\(ports[1])\(path)"
                // Twice, so that a kept connection has to be in step.
                let arguments = ["curl", "-sS", "--expect100-timeout", "0.1"]
                let result = try await Program.run(
                    "/usr/bin/env",
                    arguments + options + [url, url],
                    folder: folder
                )
                #expect(result.status == 0, "\(path): \(result.errors)")
                #expect(result.output == String(repeating: "z", count: 2 * size), "\(path)")
            }
            let after = try await Program.run("/usr/bin/env", told, folder: folder).output
            let counts = try [before, after].map { text in
                try #require(text.wholeMatch(of: /requests (\d+) posts (\d+)\n/), "\(text)")
            }
            // Each case twice, and one of them posts; its own path it leaves out.
            let asked = try #require(Int(counts[1].1)) - #require(Int(counts[0].1))
            #expect(asked == 2 * cases.count, "\(before)\(after)")
            #expect(counts[0].2 == "0" && counts[1].2 == "2", "\(before)\(after)")
        }

        @Test func aSoakHasEveryCountAgreeAndKeepsItsTunnels() async throws {
            let folder = try ProductProject.makeFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            var environment = Environment.plain
            environment["TMPDIR"] = folder.path
            let result = try await Program.run(
                Self.program,
                ["soak", "--minutes", "0.05", "--clients", "1"],
                environment: environment,
                folder: folder
            )
            #expect(result.status == 0, "\(result.text)")
            #expect(result.output.hasSuffix("As promised.\n"), "\(result.text)")
            let wanted = ["tunnels: 1 by the clients, 1 by the proxy", " by the origins\nPOSTs: "]
            for text in wanted { #expect(result.output.contains(text), "\(result.text)") }
        }

        @Test func aSwitchIsMeasuredAndNothingStays() async throws {
            let folder = try ProductProject.makeFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            var environment = Environment.plain
            environment["TMPDIR"] = folder.path
            let figures = folder.appending(path: "figures.json")
            let result = try await Program.run(
                Self.program,
                ["proxy", "--case", "switch", "--switches", "3", "--json", figures.path],
                environment: environment,
                folder: folder
            )
            #expect(result.status == 0, "\(result.text)")
            let wanted = [
                "| failed requests", "| duplicated POSTs", "| tunnels cut", "apply answered, ms",
                "3 switches, ", "8 tunnels, ",
            ]
            for text in wanted { #expect(result.output.contains(text), "\(result.text)") }
            // Whether a first response comes within its goal is the machine's matter here.
            let missed = result.output.split(separator: "\n").filter { $0.contains(" missed ") }
            #expect(missed.allSatisfy { $0.contains("first response") }, "\(result.text)")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(!names.contains { $0.hasPrefix("cutover-bench-") && !$0.contains(".") })
            let json = try JSONSerialization.jsonObject(with: Data(contentsOf: figures))
            #expect((json as? [[String: Any]])?.first?["name"] as? String == "switch")
        }
    }
}
