package import CutoverCore
package import CutoverScreen

/// Everything that the dashboard knows: a flat value; inputs change it, ``draw(_:into:)`` shows it.
package struct DashboardModel: Sendable {
    /// Who presses the keys.
    package let actor: Actor

    package let hosting: EngineHosting

    package let glyphs: Glyphs
    let themes: ThemeCatalog

    /// What the terminal paints the next frame with.
    package internal(set) var theme: Theme

    package internal(set) var size: Size

    /// The time of the last input.
    var now: Timestamp
    /// How far the engine's clock is ahead of the machine's.
    var engineLead = Duration.zero

    // MARK: The engine

    var latest: EngineSnapshot?
    /// When a snapshot that was newer than the one before arrived.
    var receivedAt: Timestamp?
    var disconnection: String?
    var frozen: Freeze?

    // MARK: Where the operator looks

    var selectedService: ServiceName?
    var selectedInstance: InstanceID?
    var focus = Pane.services
    var page = Page.overview
    var filter = ""
    /// Where the cursor was when the filter was opened.
    var selectionBeforeFilter: ServiceName?
    /// Problems that the operator has seen and wants out of the banner, by ``Problem/id``.
    var acknowledged: Set<String> = []
    var failures: [ServiceName: ProxyFailures] = [:]
    /// Of the instance on screen; `nil`: none was read yet.
    var reading: LogReading?

    // MARK: What the operator does

    var modal: Modal?
    var message: Message?
    /// Of the commands whose reply is not there yet.
    var sentAt: [Message.Subject: Timestamp] = [:]
    /// Pauses of which the message row tells in its own words.
    var suspension: Suspension?
    var keyGuard = KeyGuard()
    /// What the last frame on the terminal showed as selected: what the next key is about.
    var shown: Target?

    // MARK: What the terminal was told

    var announcedProblems: Set<String> = []
    var title = ""

    package init(
        actor: Actor,
        hosting: EngineHosting,
        glyphs: Glyphs,
        themes: ThemeCatalog,
        theme: Theme,
        size: Size,
        now: Timestamp
    ) {
        self.actor = actor
        self.hosting = hosting
        self.glyphs = glyphs
        self.themes = themes
        self.theme = theme
        self.size = size
        self.now = now
    }

    /// A display that stands still while the engine goes on.
    struct Freeze: Hashable, Sendable {
        let snapshot: EngineSnapshot
        let since: Timestamp
    }

    /// A part of the overview that can have the movement keys.
    enum Pane: CaseIterable, Hashable, Sendable {
        case services
        case instances
        case events
    }

    /// What fills the screen between the header and the message row.
    enum Page: Hashable, Sendable {
        case overview
        case help(scroll: Int)
        case events(EventScope, scroll: Int)
        case instance(scroll: Int)
        /// `scroll` is in lines from the newest.
        case log(scroll: Int)
    }

    enum EventScope: Hashable, Sendable {
        case service
        case all
    }

    /// What has the keys before the page does.
    enum Modal: Hashable, Sendable {
        case confirmation(Confirmation)
        case quit(QuitQuestion)
        case deploy(DeployForm)
        case themes(ThemePicker)
        case filter(TextField)
    }
}

// MARK: - What is on screen

extension DashboardModel {
    /// What the screen shows: the newest state, or the one that was frozen.
    var displayed: EngineSnapshot? { frozen?.snapshot ?? latest }

    /// The services that the filter lets through, in the order of the manifest.
    var visibleServices: [ServiceSnapshot] {
        guard let services = displayed?.services else { return [] }
        let isInverse = filter.hasPrefix("!")
        let wanted = (isInverse ? filter.dropFirst() : filter[...]).lowercased()
        guard !wanted.isEmpty else { return services }
        return services.filter { $0.name.rawValue.lowercased().contains(wanted) != isInverse }
    }

    /// The service that verbs are about, as it is on screen.
    var service: ServiceSnapshot? {
        let visible = visibleServices
        return visible.first { $0.name == selectedService } ?? visible.first
    }

    /// The same service as the engine last told of it.
    func latestService(_ name: ServiceName) -> ServiceSnapshot? {
        latest?.services.first { $0.name == name }
    }

    /// The instances of the service, in the order of the grid.
    var instances: [InstanceSnapshot] { service?.columns.flatMap(\.instances) ?? [] }

    /// The one that has the cursor, else the one that most needs to be looked at.
    var instance: InstanceSnapshot? {
        let instances = instances
        if let chosen = instances.first(where: { $0.id == selectedInstance }) { return chosen }
        let candidate = service?.sides.first { $0.role == .candidate }
        return instances.first { $0.state == .unhealthy }
            ?? instances.first { $0.state == .degraded }
            ?? candidate?.instances.first ?? instances.first
    }

    /// How old the figures are; `nil` before the first.
    var dataAge: Duration? {
        receivedAt.map { now - $0 }
    }

    /// The time that what is on screen counts to: clocks stand while nothing newer is known.
    var clock: Timestamp {
        if let frozen { return frozen.snapshot.at }
        guard blindness != nil, let latest else { return now }
        return latest.at
    }

    /// Older figures are not good enough to act on.
    static let staleAfter = Duration.seconds(3)

    /// Why traffic keys are refused because of what is not known; `nil` when the figures are fresh.
    var blindness: String? {
        if let disconnection {
            return "the engine does not answer (\(disconnection.safe))"
        }
        guard let age = dataAge else { return "the engine has told nothing yet" }
        return age > Self.staleAfter ? "the data is \(Figures.age(age)) old" : nil
    }
}
