import CutoverCore
import CutoverTestSupport
import CutoverWire
import Testing

@testable import CutoverDrivers

@Suite struct OtherProbeTests {
    private func probe(
        _ probe: Probe,
        at address: CutoverWire.SocketAddress = .ipv4(host: "127.0.0.1", port: 4_242),
        timeout: Duration = .seconds(20)
    ) async -> ProbeResult {
        let prober = NetworkProber(clock: .test, engineEnvironment: ["PATH": "/usr/bin:/bin"])
        let target = ProbeTarget(launch: .example, address: address)
        return await prober.probe(target, by: probe, timeout: timeout)
    }

    @Test func aConnectionThatIsAcceptedPasses() async throws {
        let server = try await CannedServer.start("")
        #expect(await probe(.tcp, at: server.address).passed)
        try await server.stop()
        #expect(await probe(.tcp, at: server.address).error == "connection refused")
    }

    @Test func aCommandGetsTheInstancesVariables() async throws {
        let script = "test \"$PORT:$INSTANCE:$MODE:$1\" = \"4242:g1:test:v42\" && echo fine"
        let result = await probe(.command(["sh", "-c", script, "-", "${release}"]))
        #expect(result.passed, "\(result)")
        #expect(result.status == 0)
        #expect(result.bytes == 5)
    }

    @Test func aCommandThatFailsSaysItsStatusAndLastLine() async throws {
        let failed = await probe(.command(["sh", "-c", "echo one; echo two >&2; exit 3"]))
        #expect(failed.error == "exit status 3: two")
        #expect(failed.status == 3)
        let killed = await probe(.command(["sh", "-c", "kill -9 $$"]))
        #expect(killed.error == "signal 9 (SIGKILL)")
        #expect(killed.status == nil)
        let missing = await probe(.command(["no-such-command"]))
        #expect(missing.error == "there is no command no-such-command in PATH (/usr/bin:/bin)")
    }

    @Test func aCommandThatHangsIsKilledWithItsGroup() async throws {
        let directory = try TemporaryDirectory()
        let script = "trap '' TERM; sleep 60 & echo $! $$ > \(directory.file("ids")); wait; wait"
        let result = await probe(.command(["sh", "-c", script]), timeout: .milliseconds(500))
        #expect(result.error == "no end in 500ms; it was killed")
        let ids = try #require(directory.read("ids")).split { " \n".contains($0) }
        #expect(ids.count == 2)
        for id in ids.compactMap({ Int32($0) }) {
            try await waitUntil("the end of \(id)") { !isRunning(id) }
        }
    }

    @Test func aCommandThatWritesWithoutEndIsBoundedInMemoryAndTime() async throws {
        let result = await probe(.command(["yes"]), timeout: .milliseconds(300))
        #expect(result.error == "no end in 300ms; it was killed")
        #expect(result.bytes == 65_536)
    }

    @Test func aChildThatKeepsThePipeOpenDoesNotHoldTheProbe() async throws {
        let directory = try TemporaryDirectory()
        let script = "setsid sleep 60 & echo $! > \(directory.file("id")); echo done"
        let result = await probe(.command(["sh", "-c", script]))
        #expect(result.passed)
        let id = try #require(directory.read("id").flatMap { Int32($0.dropLast()) })
        ProcessTable.stat(of: id)
            .flatMap { ProcessHandle(processID: id, startTime: $0.startTime) }?
            .send(9)
    }
}
