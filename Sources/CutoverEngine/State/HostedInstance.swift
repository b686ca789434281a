import CutoverCore
import CutoverDrivers
import CutoverStore
import CutoverWire

/// One instance as the engine holds it.
struct HostedInstance {
    let instance: Instance
    /// The last process, also when it has ended: its address stays the instance's.
    var process: InstanceProcess?
    var activity = Activity.starting
    var health: HealthTracker
    /// Its last process that is known to have ended.
    ///
    /// The word that it was started may come later than the word that it ended.
    var ended: InstanceProcess?
    /// By the last engine, until this one has found out: the proxy goes on as it was.
    var wasHealthy = false
    /// It was healthy and its process ended while no engine ran: what the rollout is told of it is
    /// still open.
    var loss: Loss?
    var restart: RestartPolicy
    var restarts = 0
    var evidence = InstanceEvidence()
    /// It was in a rotation once, the preview's included: requests may be in flight until it stops.
    var wasListed = false
    /// It was given public requests once.
    var hasServed = false
    /// When the next probe begins.
    ///
    /// `nil` while one is under way or none is wanted.
    var nextProbeAt: Timestamp?
    /// It belongs to no rollout and could not be stopped: when that is tried again.
    var stopRetryAt: Timestamp?

    /// The end of a process that nobody saw.
    struct Loss: Hashable {
        var evidence: String
        /// A new process that is not healthy by then is a loss indeed.
        var until: Timestamp
    }

    /// What is being done with its process.
    enum Activity: Hashable {
        /// Asked for, and no process yet.
        case starting
        case running
        /// Its process ended by itself; another is started then.
        case restarting(at: Timestamp)
        /// Its process ended by itself, and another is being started.
        case relaunching
        case stopping
        /// Gone on purpose, and kept for its evidence.
        case stopped
    }

    init(_ instance: Instance, configuration: ServiceConfiguration) {
        self.instance = instance
        health = HealthTracker(configuration: configuration.health)
        restart = RestartPolicy(configuration: configuration.runtime.restart)
    }

    /// The proxy may choose it.
    var isRoutable: Bool {
        activity == .running && (health.isKnown ? health.isHealthy : wasHealthy)
    }

    /// Requests may be in flight on it although it is in no rotation.
    var holdsRequests: Bool {
        switch activity {
        case .running, .restarting, .relaunching, .stopping: wasListed
        case .starting, .stopped: false
        }
    }

    /// There is a process as far as is known.
    var hasProcess: Bool { activity == .running || activity == .stopping }

    /// Of the process that runs; `nil` also where somebody else runs it.
    var runningIdentity: ProcessIdentity? { hasProcess ? process?.identity : nil }

    /// It is to have a process.
    var isWanted: Bool {
        switch activity {
        case .starting, .running, .restarting, .relaunching: true
        case .stopping, .stopped: false
        }
    }

    var nextWake: Timestamp? {
        let next = if case .restarting(let at) = activity { at } else { nextProbeAt }
        return [next, loss?.until, stopRetryAt].compactMap(\.self).min()
    }

    /// The most that is known of its process, for the store.
    func record(of service: ServiceName) -> InstanceRecord {
        InstanceRecord(
            instance: instance,
            service: service,
            process: process.map(ProcessRecord.init),
            restarts: restarts,
            isStopped: activity == .stopped,
            evidence: evidence
        )
    }
}

extension ProcessRecord {
    init(_ process: InstanceProcess) {
        self.init(
            identity: process.identity.map { identity in
                Identity(
                    processID: identity.processID,
                    startTicks: identity.startTime,
                    bootID: identity.bootID,
                    token: identity.token
                )
            },
            address: process.address.description,
            logPath: process.logPath,
            startedAt: process.startedAt
        )
    }
}

extension InstanceProcess {
    /// `nil` when the address is none that this program knows.
    init?(_ record: ProcessRecord, of id: InstanceID) {
        guard let address = SocketAddress(record.address) else {
            return nil
        }
        self.init(
            id: id,
            identity: record.identity.map { identity in
                ProcessIdentity(
                    processID: identity.processID,
                    startTime: identity.startTicks,
                    bootID: identity.bootID,
                    token: identity.token
                )
            },
            address: address,
            logPath: record.logPath,
            startedAt: record.startedAt
        )
    }
}
