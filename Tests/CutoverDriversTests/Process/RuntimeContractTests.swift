import CutoverCore
import CutoverDrivers
import CutoverTestSupport
import Glibc
import Synchronization
import Testing

/// What every runtime promises, asked of the real one and of the one that the engine is tested
/// with.
@Suite struct RuntimeContractTests {
    @Test func theProcessRuntimeKeepsIt() async throws {
        let bench = try RuntimeBench()
        try await RuntimeContract(
            runtime: bench.runtime,
            successor: bench.successor(),
            launch: { bench.launch(["sleep", "60"], number: $0) },
            crash: { kill($0.processID, SIGKILL) }
        )
        .check()
    }

    @Test func theProcessRuntimeKeepsItOnSockets() async throws {
        let bench = try RuntimeBench()
        try await RuntimeContract(
            runtime: bench.runtime,
            successor: bench.successor(),
            launch: { bench.launch(["sleep", "60"], number: $0, endpoints: .sockets) },
            crash: { kill($0.processID, SIGKILL) }
        )
        .check()
    }

    @Test func theFixtureKeepsIt() async throws {
        let bench = try RuntimeBench()
        let world = FixtureWorld()
        let drivers = FixtureDrivers(world: world, clock: ManualClock())
        try await RuntimeContract(
            runtime: drivers,
            successor: FixtureDrivers(world: world, clock: ManualClock()),
            launch: { bench.launch(["sleep", "60"], number: $0) },
            crash: { drivers.crash($0.id) }
        )
        .check()
    }
}

private struct RuntimeContract {
    var runtime: any Runtime
    /// That of a later engine over the same world.
    var successor: any Runtime
    var launch: @Sendable (_ number: Int) -> InstanceLaunch
    var crash: @Sendable (InstanceProcess) -> Void

    private struct DiskFull: Error {}

    func check() async throws {
        let process = try await startIsRecordedOnce()
        try await whatIsNotRecordedDoesNotRun()
        await onlyTheSameProcessIsAdopted(process)
        let second = try await aCrashIsReportedAndStartedAgain(process)
        try await aStopIsIdempotent(second)
    }

    private func startIsRecordedOnce() async throws -> InstanceProcess {
        let recorded = Mutex<[InstanceProcess]>([])
        var started: [InstanceProcess] = []
        for _ in 0..<2 {
            started.append(
                try await runtime.start(launch(1)) { process in
                    recorded.withLock { $0.append(process) }
                }
            )
        }
        let process = try #require(started.first)
        #expect(started == [process, process])
        #expect(recorded.withLock(\.self) == [process])
        #expect(await runtime.list() == [process])
        #expect(await runtime.inspect(process.id)?.state == .running)
        return process
    }

    private func whatIsNotRecordedDoesNotRun() async throws {
        await #expect(throws: DriverError.self) {
            _ = try await runtime.start(launch(2)) { _ in throw DiskFull() }
        }
        #expect(await runtime.list().count == 1)
        #expect(await runtime.inspect(launch(2).instance.id) == nil)
    }

    private func onlyTheSameProcessIsAdopted(_ process: InstanceProcess) async {
        var stranger = process
        stranger.id.number = 3
        stranger.startTime += 1
        stranger.token = "of another"
        let adoptions = await successor.adopt([process, stranger])
        #expect(adoptions[process.id] == .running)
        #expect(adoptions[stranger.id] != .running && adoptions[stranger.id] != nil)
        #expect(await successor.list() == [process])
    }

    private func aCrashIsReportedAndStartedAgain(
        _ process: InstanceProcess
    ) async throws -> InstanceProcess {
        crash(process)
        for await exit in runtime.exits {
            #expect(exit.process == process)
            break
        }
        #expect(await runtime.inspect(process.id)?.state != .running)
        let second = try await runtime.start(launch(1)) { _ in }
        #expect(second.address == process.address)
        #expect(second.processID != process.processID)
        return second
    }

    private func aStopIsIdempotent(_ process: InstanceProcess) async throws {
        let exit = try await runtime.stop(process.id, grace: .seconds(20))
        #expect(exit?.process == process)
        #expect(try await runtime.stop(process.id, grace: .seconds(20)) == nil)
        #expect(await runtime.list().isEmpty)
        #expect(await runtime.inspect(process.id) == nil)
    }
}
