import CutoverCore
import CutoverWire

/// Everything that the engine knows.
///
/// Snapshots are made from it and from nothing else.
struct EngineState {
    var project: String
    var environment: String?
    let proxyConfiguration: ProxyConfiguration
    /// In the order of the manifest.
    var services: [ServiceState]
    private let indices: [ServiceName: Int]
    var proxy: ProxyHealth
    /// Newest first, at most ``eventsKept``.
    var events: [JournalEntry] = []
    /// What an operator must know of, one sentence for each place that can fail.
    var faults: [FaultPlace: String] = [:]

    static let eventsKept = 200

    init(configuration: ProjectConfiguration, now: Timestamp) {
        project = configuration.project
        environment = configuration.environment
        proxyConfiguration = configuration.proxy
        services = configuration.services.map { ServiceState($0, now: now) }
        indices = Dictionary(
            configuration.services.enumerated().map { ($0.element.name, $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
        proxy = .unreachable(reason: "not started yet", since: now)
    }

    func index(of service: ServiceName) -> Int? {
        indices[service]
    }

    mutating func record(_ entries: [JournalEntry]) {
        events.insert(contentsOf: entries.reversed(), at: 0)
        if events.count > Self.eventsKept {
            events.removeLast(events.count - Self.eventsKept)
        }
    }
}

/// A place that can fail, with one sentence on screen while it does.
enum FaultPlace: Hashable, Comparable {
    case store
    case proxy
    case table
    /// The proxy cannot listen where the manifest says.
    case move(ServiceName)
    /// A service's route cannot be made anew.
    case route(ServiceName)
    /// An instance that no rollout knows cannot be stopped.
    case stray(InstanceID)
}
