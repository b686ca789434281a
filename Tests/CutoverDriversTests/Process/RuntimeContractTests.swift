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

    /// Without what only the runtime of a process can see: that it ended, and that it is another.
    @Test func theExternalRuntimeKeepsIt() async throws {
        let bench = try RuntimeBench()
        let list = ExternalAddresses.slots(blue: [], green: ["10.0.0.1:80", "unix:/run/g2"])
        try await RuntimeContract(
            runtime: ExternalRuntime(clock: .test),
            successor: ExternalRuntime(clock: .test),
            launch: { bench.launch([], number: $0, endpoints: .external(list)) },
            crash: nil
        )
        .check()
    }

    @Test func theRuntimesOfServicesKeepIt() async throws {
        let bench = try RuntimeBench()
        let external = ExternalRuntime(clock: .test)
        let successor = ServiceRuntimes(
            processes: try bench.successor(),
            external: ExternalRuntime(clock: .test)
        )
        let runtime = ServiceRuntimes(processes: bench.runtime, external: external)
        try await RuntimeContract(
            runtime: runtime,
            successor: successor,
            launch: { bench.launch(["sleep", "60"], number: $0) },
            crash: { kill($0.processID, SIGKILL) }
        )
        .check()
        try await RuntimeContract(
            runtime: runtime,
            successor: ServiceRuntimes(
                processes: try bench.successor(),
                external: ExternalRuntime(clock: .test)
            ),
            launch: {
                bench.launch(
                    [],
                    number: $0,
                    endpoints: .external(.slots(blue: [], green: ["10.0.0.1:80"]))
                )
            },
            crash: nil
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
    /// `nil`: its instances are somebody else's, whose ends it does not see.
    var crash: (@Sendable (InstanceProcess) -> Void)?

    private struct DiskFull: Error {}

    func check() async throws {
        let process = try await startIsRecordedOnce()
        try await whatIsNotRecordedDoesNotRun()
        guard let crash else {
            await whatWasRecordedGoesOn(process)
            try await aStopIsIdempotent(process)
            return
        }
        await onlyTheSameProcessIsAdopted(process)
        let second = try await aCrashIsReportedAndStartedAgain(process, by: crash)
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

    private func whatWasRecordedGoesOn(_ process: InstanceProcess) async {
        #expect(await successor.adopt([process]) == [process.id: .running])
        #expect(await successor.list() == [process])
        #expect(await successor.inspect(process.id)?.process == process)
    }

    private func aCrashIsReportedAndStartedAgain(
        _ process: InstanceProcess,
        by crash: @Sendable (InstanceProcess) -> Void
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
        #expect(exit?.process == (crash == nil ? nil : process))
        #expect(try await runtime.stop(process.id, grace: .seconds(20)) == nil)
        #expect(await runtime.list().isEmpty)
        #expect(await runtime.inspect(process.id) == nil)
    }
}
