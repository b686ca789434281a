import CutoverTestSupport
import Foundation
import Glibc
import Testing

@testable import CutoverDrivers

/// How many loops the engine's proxy has, and when another number counts.
@Suite struct ProxyThreadsTests {
    private func arguments(of processID: Int32) throws -> [Substring] {
        try String(contentsOfFile: "/proc/\(processID)/cmdline", encoding: .utf8).split(
            separator: "\0"
        )
    }

    @Test func whatIsLeftOutIsTheProxysToDecide() async throws {
        let bench = try RouterBench()
        let router = bench.router(threads: nil)
        let proxy = try await router.start()
        #expect(try !arguments(of: proxy.processID).contains("--threads"))
        try await router.stop(grace: .zero)
    }

    /// What the reference of the manifest says of `proxy.threads`.
    @Test func anAdoptedProxyKeepsItsNumberAndTheNextOneHasTheNewOne() async throws {
        let bench = try RouterBench()
        let server = try await CannedServer.start(status: "200 OK")
        // As an engine that ends: it starts no other proxy.
        var former: EmbeddedRouter? = bench.router(threads: 1)
        let first = try #require(try await former?.start())
        try await former?.apply(bench.table(1, server.address))
        former = nil
        let router = bench.router(threads: 3)
        #expect(try await router.start().processID == first.processID)
        #expect(try arguments(of: first.processID).suffix(2) == ["--threads", "1"])

        kill(first.processID, SIGTERM)
        var statuses: Set<String> = []
        var second = first.processID
        try await waitUntil("another proxy to answer") {
            statuses.insert(await bench.request())
            _ = try? await router.stats()
            second = (try? await router.status())?.processID ?? first.processID
            return second != first.processID
        }
        statuses.insert(await bench.request())
        #expect(statuses == ["200"])
        #expect(try arguments(of: second).suffix(2) == ["--threads", "3"])
        try await router.stop(grace: .zero)
    }
}
