import CutoverCore
import CutoverTestSupport
import CutoverWire
import Synchronization
import Testing

@testable import CutoverDrivers

@Suite struct CheckRunnerTests {
    private func subject(
        _ address: CutoverWire.SocketAddress = .ipv4(host: "127.0.0.1", port: 8_081)
    ) -> CheckSubject {
        CheckSubject(
            service: ServiceName(rawValue: "web"),
            address: address,
            candidate: ReleaseName(rawValue: "v42"),
            stable: nil,
            slot: .green,
            directory: "/tmp",
            environment: ["MODE": "test"]
        )
    }

    private func check(
        _ kind: CheckKind,
        retries: Int = 0,
        timeout: Duration = .seconds(20)
    ) -> CheckConfiguration {
        CheckConfiguration(
            name: "smoke",
            stage: .beforePromotion,
            kind: kind,
            timeout: timeout,
            retries: retries
        )
    }

    /// A runner whose pauses between tries take no time, and are counted.
    private func runner(_ pauses: PauseCount = PauseCount()) -> NetworkCheckRunner {
        let clock = DriverClock(now: DriverClock.test.now) { duration in
            if duration == .seconds(1) {
                pauses.count.withLock { $0 += 1 }
            } else {
                await DriverClock.test.wait(duration)
            }
        }
        return NetworkCheckRunner(clock: clock, engineEnvironment: ["PATH": "/usr/bin:/bin"])
    }

    private final class PauseCount: Sendable {
        let count = Mutex(0)
    }

    @Test func aCommandGetsTheEnvironmentOfTheReleaseAndNoInstances() async throws {
        let folder = try TemporaryDirectory()
        let file = try folder.write("TOKEN=secret\nMODE=file\n", to: "web.env")
        var subject = subject()
        subject.environmentFile = file
        subject.environment["TAG"] = "${release}-${slot}"
        subject.environment["URL"] = "http://127.0.0.1:${port}"
        subject.environment["NAME"] = "${instance}"
        let script = "env | grep -E '^(MODE|TOKEN|TAG|URL|NAME)=' | sort"
        let report = await runner().run(check(.command(["sh", "-c", script])), on: subject)
        #expect(report.output == "MODE=test\nTAG=v42-green\nTOKEN=secret\n")
        subject.environmentFile = folder.file("none.env")
        let missing = await runner().run(check(.command(["true"])), on: subject)
        #expect(!missing.result.passed)
        #expect(missing.result.summary.contains("none.env"))
    }

    @Test func aCommandIsToldWhatItChecks() async throws {
        let script = "env | grep -E '^(CUTOVER_|MODE)' | sort"
        let report = await runner().run(check(.command(["sh", "-c", script])), on: subject())
        #expect(report.result.passed)
        #expect(report.result.tries == 1)
        #expect(report.result.summary.hasPrefix("sh: passed in "))
        #expect(
            report.output == """
                CUTOVER_ADDRESS=127.0.0.1:8081
                CUTOVER_CANDIDATE=v42
                CUTOVER_SERVICE=web
                CUTOVER_SLOT=green
                CUTOVER_STABLE=
                MODE=test

                """
        )
    }

    @Test func theNextEngineEndsTheCommandsOfOneThatDied() async throws {
        let bench = try RuntimeBench()
        let other = try TemporaryDirectory()
        // The first process of the machine stands for the engine that died.
        let marks = [
            CommandMark(engine: 1, stateDirectory: bench.directory.path),
            CommandMark(engine: 1, stateDirectory: other.path),
            CommandMark(stateDirectory: bench.directory.path),
        ]
        let commands = try marks.enumerated().map { index, mark in
            let script = "echo $$ > \(bench.directory.file("id-\(index)")); exec sleep 60"
            let program = try Program(
                command: ["sh", "-c", script],
                environment: ["PATH": "/usr/bin:/bin"],
                directory: "/tmp"
            )
            return Task {
                await CommandRunner(clock: .test, mark: mark).run(program, timeout: .seconds(60))
            }
        }
        var ids: [Int32] = []
        for index in commands.indices {
            ids.append(
                try await value(of: "the ID of command \(index)") {
                    bench.directory.read("id-\(index)").flatMap { Int32($0.dropLast()) }
                }
            )
        }
        _ = await bench.runtime.adopt([])
        #expect(await commands[0].value.fault?.contains("9") == true)
        #expect(!isRunning(ids[0]))
        #expect(ids.dropFirst().allSatisfy(isRunning))
        for command in commands {
            command.cancel()
            _ = await command.value
        }
    }

    @Test func aFailedTryIsRepeatedAfterAPause() async throws {
        let directory = try TemporaryDirectory()
        let script =
            "echo x >> \(directory.file("tries")); test $(wc -l < \(directory.file("tries"))) = 3"
        let pauses = PauseCount()
        let report = await runner(pauses)
            .run(check(.command(["sh", "-c", script]), retries: 5), on: subject())
        #expect(report.result.passed)
        #expect(report.result.tries == 3)
        #expect(pauses.count.withLock(\.self) == 2)
    }

    @Test func retriesEndAndTheLastTryIsShown() async throws {
        let report = await runner()
            .run(check(.command(["sh", "-c", "echo why; exit 7"]), retries: 2), on: subject())
        #expect(!report.result.passed)
        #expect(report.result.tries == 3)
        #expect(report.result.summary == "sh: exit status 7: why")
        #expect(report.output == "why\n")
    }

    @Test func theEndOfLongOutputIsKept() async throws {
        let script = "yes | head -c 1000000; echo last"
        let report = await runner().run(check(.command(["sh", "-c", script])), on: subject())
        #expect(report.output.utf8.count == 65_536)
        #expect(report.output.hasSuffix("y\nlast\n"))
    }

    @Test func aRequestIsSentToTheAddressOfTheSubject() async throws {
        let server = try await CannedServer.start(status: "500 Oops", body: "trace")
        let expectation = HTTPExpectation(path: "/order")
        let report = await runner().run(check(.http(expectation)), on: subject(server.address))
        #expect(report.result.summary == "GET /order: 500, expected 200-299")
        #expect(report.output == "trace")
        #expect(server.requests.count == 1)
    }

    @Test func aCancelledCheckEndsWithItsCommand() async throws {
        let directory = try TemporaryDirectory()
        let script = "echo $$ > \(directory.file("id")); exec sleep 60"
        let configuration = check(.command(["sh", "-c", script]), retries: 9)
        let runner = runner()
        let subject = subject()
        let running = Task { await runner.run(configuration, on: subject) }
        let id = try await value(of: "the command's ID") {
            directory.read("id").flatMap { Int32($0.dropLast()) }
        }
        running.cancel()
        let report = await running.value
        #expect(!report.result.passed)
        #expect(report.result.tries == 1)
        #expect(!isRunning(id))
    }
}
