import CLinux
import CutoverCore
import CutoverTestSupport
import Foundation
import Glibc
import Testing

@testable import CutoverDrivers
@testable import CutoverWire

/// A proxy with a user of its own.
///
/// What root gives up can only be seen as root; any other user sees the refusals.
@Suite struct ProxyUserTests {
    private let user = "nobody"

    @Test func theProxyOfAnEngineOfRootKeepsNoRightButToListen() async throws {
        let bench = try RouterBench()
        let router = bench.router(proxyUser: user)
        guard geteuid() == 0 else {
            do throws(DriverError) {
                _ = try await router.start()
                Issue.record("started")
            } catch {
                #expect(error.message.contains("to \(user): "), "\(error)")
            }
            return
        }
        let started = try await router.start()
        let server = try await CannedServer.start(status: "200 OK")
        var table = bench.table(1, server.address)
        let low = try #require((600..<1_024).map(UInt16.init).first(where: isFree))
        table.routes[0].preview = .ipv4(host: "127.0.0.1", port: low)
        try await router.apply(table)
        #expect(await bench.request() == "200")
        #expect(!isFree(low))

        var owner: UInt32 = 0
        var group: UInt32 = 0
        #expect(clinux_find_user(user, &owner, &group) == 0)
        for thread in try threads(of: started.processID) {
            #expect(thread["Uid"] == Array(repeating: "\(owner)", count: 4))
            #expect(thread["Gid"] == Array(repeating: "\(group)", count: 4))
            #expect(thread["NoNewPrivs"] == ["1"])
            // CAP_NET_BIND_SERVICE is number 10.
            for set in ["CapPrm", "CapEff"] {
                #expect(thread[set] == ["0000000000000400"])
            }
            #expect(thread["CapInh"] == ["0000000000000000"])
            #expect(thread["CapAmb"] == ["0000000000000000"])
        }
        // The engine's own directory stays closed to it, and the next engine finds it.
        let next = bench.router(proxyUser: user)
        #expect(try await next.start().processID == started.processID)
        #expect(ProxySocket.path(in: bench.directory.path).hasSuffix("/proxy/proxy.sock"))
        try await next.stop(grace: .zero)
        // It watches too, and may have started another proxy in the place of the one that ended.
        try await router.stop(grace: .zero)
    }

    @Test func whatCannotBeGivenUpIsRefusedWithTheFix() async throws {
        let directory = try TemporaryDirectory()
        let words = geteuid() == 0 ? "chown \(user)" : "needs root"
        #expect(try complaint(user, directory.path).contains(words))
        #expect(try complaint("no-such-user", directory.path).contains("there is no user"))
        #expect(try complaint("root", directory.path).contains("name another user"))
    }

    /// What `cutover proxy --user` says when it does not start.
    private func complaint(_ user: String, _ directory: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: RouterBench.executable)
        process.arguments = [
            "proxy", "--control", directory + "/c", "--table", directory + "/t", "--user", user,
        ]
        let pipe = Pipe()
        process.standardError = pipe
        try process.run()
        // Its end closes the pipe.
        let text = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
        return String(decoding: text, as: UTF8.self)
    }

    private func isFree(_ port: UInt16) -> Bool {
        let descriptor = clinux_listen_ipv4(0x7f00_0001, port, 0)
        if descriptor >= 0 { close(descriptor) }
        return descriptor >= 0
    }

    /// What `/proc` says of each thread, by the names of its lines.
    private func threads(of processID: Int32) throws -> [[String: [String]]] {
        let tasks = "/proc/\(processID)/task"
        return try FileManager.default.contentsOfDirectory(atPath: tasks).map { task in
            let bytes = try readFile("\(tasks)/\(task)/status", limit: 65_536)
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            return Dictionary(
                lines.map { line in
                    let parts = line.split(separator: ":", maxSplits: 1)
                    let words = parts.dropFirst().flatMap {
                        $0.split(whereSeparator: \.isWhitespace)
                    }
                    return (String(parts[0]), words.map(String.init))
                }
            ) { first, _ in first }
        }
    }
}
