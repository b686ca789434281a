package import CutoverCore
package import CutoverDrivers
import CutoverWire
import Synchronization

/// What one engine reaches the world through.
///
/// Cut when that engine dies: then nothing it still asks takes place.
package final class FixtureDrivers: Sendable {
    let world: FixtureWorld
    let clock: ManualClock
    private let exitQueue: CountedQueue<InstanceExit>
    private let eventQueue: CountedQueue<RouterEvent>
    private let isCut = Mutex(false)

    package init(world: FixtureWorld, clock: ManualClock) {
        self.world = world
        self.clock = clock
        exitQueue = CountedQueue(work: clock.work)
        eventQueue = CountedQueue(work: clock.work)
    }

    package var exits: AsyncStream<InstanceExit> { exitQueue.stream }

    package var events: AsyncStream<RouterEvent> { eventQueue.stream }

    /// The engine is dead.
    package func cut() {
        isCut.withLock { $0 = true }
        exitQueue.finish()
        eventQueue.finish()
    }

    /// Ends the process of an instance, as a crash of it would.
    package func crash(_ id: InstanceID, status: ExitStatus = .exited(code: 1)) {
        let process = world.state.withLock { $0.processes.removeValue(forKey: id) }
        if let process {
            exitQueue.put(InstanceExit(process: process, status: status, at: clock.now))
        }
    }

    package func report(_ event: RouterEvent) {
        eventQueue.put(event)
    }

    /// Performs a call with the fault that the world has for it.
    func perform<Value: Sendable>(
        _ call: FixtureWorld.Call,
        _ body: () throws(DriverError) -> Value
    ) async throws(DriverError) -> Value {
        let fault = world.state.withLock { $0.faults[call] }
        switch fault {
        case .failure(let error): throw error
        case .ambiguous(let error):
            _ = try body()
            throw error
        case .lost: await neverAnswered()
        case .unanswered:
            _ = try body()
            await neverAnswered()
        case nil where isCut.withLock(\.self): await neverAnswered()
        case nil: return try body()
        }
        throw DriverError.fixture("cancelled")
    }

    /// Waits, in manual time, for an answer that does not come before the task is cancelled.
    private func neverAnswered() async {
        await clock.driverClock.wait(.seconds(86_400 * 365))
    }
}

extension DriverError {
    /// An error of the fixture's drivers.
    package static func fixture(
        _ message: String,
        isRetryable: Bool = true,
        mayHaveBeenApplied: Bool = false
    ) -> DriverError {
        DriverError(
            driver: "fixture",
            operation: "call",
            endpoint: "world",
            message: message,
            isRetryable: isRetryable,
            mayHaveBeenApplied: mayHaveBeenApplied
        )
    }
}

extension FixtureDrivers: Runtime {
    /// The same for one instance as long as it is wanted.
    private static func address(
        of launch: InstanceLaunch
    ) throws(DriverError) -> SocketAddress {
        let id = launch.instance.id
        switch launch.configuration.endpoints {
        case .ports(let range):
            let offset = id.rollout.rawValue * 100 + id.number
            return .ipv4(host: "127.0.0.1", port: range.lowerBound + UInt16(offset))
        case .sockets:
            return .unix(path: "/state/run/\(id.rollout.rawValue)-\(id.number).sock")
        case .external:
            throw .fixture("somebody else starts it", isRetryable: false)
        }
    }

    package func start(
        _ launch: InstanceLaunch,
        recording record: @escaping @Sendable (InstanceProcess) async throws -> Void
    ) async throws(DriverError) -> InstanceProcess {
        let id = launch.instance.id
        if let running = world.state.withLock({ $0.processes[id] }) {
            return running
        }
        let unstartable = world.state.withLock { $0.unstartable[launch.instance.release] }
        if let unstartable {
            throw .fixture(unstartable, isRetryable: false)
        }
        let address = try Self.address(of: launch)
        let process = world.state.withLock { state in
            state.nextProcess += 1
            return InstanceProcess(
                id: id,
                identity: ProcessIdentity(
                    processID: state.nextProcess,
                    startTime: UInt64(state.nextProcess) * 100,
                    bootID: "boot",
                    token: "token-\(state.nextProcess)"
                ),
                address: address,
                logPath: "/logs/\(launch.instance.name)",
                startedAt: clock.now
            )
        }
        do {
            try await record(process)
        } catch {
            throw .fixture("\(error)")
        }
        _ = try await perform(.start) { () throws(DriverError) in
            world.state.withLock { state in
                state.processes[id] = process
                state.releases[id] = launch.instance.release
                state.started.append(id)
            }
        }
        if world.state.withLock({ $0.dying.contains(launch.instance.release) }) {
            crash(id)
            // The engine hears of its end first.
            await clock.driverClock.wait(.milliseconds(5))
        }
        return process
    }

    package func adopt(_ records: [InstanceProcess]) async -> [InstanceID: Adoption] {
        world.state.withLock { state in
            let adoptions = records.map { record in
                let isSame = state.processes[record.id] == record
                return (record.id, isSame ? Adoption.running : .gone(reason: "no such process"))
            }
            return Dictionary(uniqueKeysWithValues: adoptions)
        }
    }

    package func list() async -> [InstanceProcess] {
        world.state.withLock { Array($0.processes.values) }
    }

    package func inspect(_ id: InstanceID) async -> InstanceInspection? {
        world.state.withLock { state in
            state.processes[id].map { InstanceInspection(process: $0, state: .running) }
        }
    }

    package func stop(
        _ id: InstanceID,
        grace: Duration
    ) async throws(DriverError) -> InstanceExit? {
        try await perform(.stop) { () throws(DriverError) in
            world.state.withLock { state in
                state.stopped.append(id)
                return state.processes.removeValue(forKey: id).map { process in
                    InstanceExit(process: process, status: .signalled(15), at: clock.now)
                }
            }
        }
    }

    package func logTail(of id: InstanceID, lines: Int) async -> [String] {
        ["log of \(id.rollout.rawValue)-\(id.number)"]
    }

    package func rotateLogs() async {
        let duration = world.state.withLock { state in
            state.rotations.running += 1
            state.rotations.most = max(state.rotations.most, state.rotations.running)
            return state.rotationDuration
        }
        if duration > .zero {
            await clock.driverClock.wait(duration)
        }
        world.state.withLock { state in
            state.rotations.running -= 1
            state.rotations.ended += 1
        }
    }
}

extension FixtureDrivers: HealthProber {
    package func probe(
        _ target: ProbeTarget,
        by probe: Probe,
        timeout: Duration
    ) async -> ProbeResult {
        let instance = target.launch.instance
        let (passes, duration) = world.state.withLock { state in
            let process = state.processes[instance.id]
            let startUp = state.startUp[instance.release] ?? .zero
            let isThere =
                target.launch.configuration.endpoints.isExternal
                ? state.elsewhere[target.address] == instance.release
                : process.map { clock.now >= $0.startedAt + startUp } ?? false
            let isUp = isThere && !state.unhealthy.contains(instance.release)
            return (isUp, state.probeDuration)
        }
        if duration > .zero {
            await clock.driverClock.wait(duration)
        }
        return ProbeResult(
            at: clock.now,
            passed: passes,
            status: passes ? 200 : 503,
            bytes: 2,
            duration: .milliseconds(1),
            error: passes ? nil : "503, expected 200-299"
        )
    }
}

extension FixtureDrivers: CheckRunner {
    package func run(_ check: CheckConfiguration, on subject: CheckSubject) async -> CheckReport {
        let passes = world.state.withLock { !$0.failingChecks.contains(check.name) }
        return CheckReport(
            result: CheckResult(
                name: check.name,
                passed: passes,
                summary: passes ? "200" : "500, expected 200-299",
                tries: 1,
                duration: .milliseconds(1)
            ),
            output: ""
        )
    }
}
