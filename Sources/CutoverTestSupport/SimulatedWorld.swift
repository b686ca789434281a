package import CutoverCore

/// Everything outside the machines: processes, the proxy's table, and results on their way.
///
/// It performs effects late and in any order that the contract allows, loses and repeats results,
/// reports failures of things that it has done all the same, and lets instances crash. It writes
/// down every breach of a promise that it sees.
package struct SimulatedWorld: Sendable {
    package var random: SeededGenerator
    package var weather: Weather
    package var processes: [InstanceID: Process] = [:]
    /// The table in force.
    ///
    /// `nil` before the first.
    package var table: Traffic?
    /// The newest table that was applied: an older one is refused, as the proxy does.
    package var newestRoute: EffectID?
    /// Handed over and not performed yet.
    package var pending: [RolloutEffect] = []
    /// Out of rotation, and drained since, or tried to be.
    package var drained: Set<InstanceID> = []
    /// Effects that were performed at least once, perhaps by an engine that has crashed since.
    package var performed: Set<EffectID> = []
    /// Checks under way.
    package var checks: [RunningCheck] = []
    /// How long each check may take, by its name.
    package var checkTimes: [String: Duration] = [:]
    package var now = Timestamp(milliseconds: 0)
    /// On its way to the machine.
    package var inbox: [RolloutEvent] = []
    /// Instances that had public traffic at any time.
    package var served: Set<InstanceID> = []
    /// Promises that were broken, in words.
    package var violations: [String] = []

    package init(random: SeededGenerator, weather: Weather) {
        self.random = random
        self.weather = weather
    }

    /// How bad it is, in occurrences per thousand occasions.
    package struct Weather: Sendable {
        /// An effect fails, half of the time having been applied.
        package var failure = 0
        /// A result comes twice.
        package var duplicate = 0
        /// A result never comes.
        package var loss = 0
        /// A healthy instance becomes unhealthy, per step.
        package var sickness = 0
        /// A running instance is given up by its runtime, per step.
        package var crash = 0
        /// A check fails.
        package var failedCheck = 0
        /// Verdicts that fail and that are inconclusive.
        package var failedVerdict = 0
        package var inconclusive = 0
        /// Releases whose instances never become healthy.
        package var hopeless: Set<ReleaseName> = []
        /// Releases whose every start fails.
        package var unstartable: Set<ReleaseName> = []

        package init() {}
    }

    /// What an instance really is.
    package struct Process: Hashable, Sendable {
        package var release: ReleaseName
        package var state: State
        package var wasHealthy: Bool

        package enum State: Hashable, Sendable {
            case starting
            case healthy
            case unhealthy
            case crashed
            case stopped
        }
    }

    /// A check that will have its result at an instant.
    package struct RunningCheck: Hashable, Sendable {
        package var id: EffectID
        package var name: String
        package var endsAt: Timestamp
        /// Begun anew after a crash of the engine, which may take longer than anybody planned.
        package var isRepeated: Bool
    }

    /// Instances that have a process, or left one behind.
    package var alive: Set<InstanceID> {
        Set(processes.filter { $0.value.state != .stopped }.keys)
    }

    package mutating func expect(_ condition: Bool, _ promise: @autoclosure () -> String) {
        if !condition { violations.append(promise()) }
    }

    /// Puts a release in service before the run begins.
    package mutating func serve(_ live: LiveRelease) {
        for entry in live.roster.entries {
            processes[entry.id] = Process(release: live.release, state: .healthy, wasHealthy: true)
        }
        table = live.traffic
        served.formUnion(live.roster.entries.map(\.id))
    }
}
