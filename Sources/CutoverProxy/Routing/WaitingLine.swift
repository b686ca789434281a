import CutoverWire

/// The requests of one route that wait in one loop, in the order in which they came: a list through
/// the slots of their clients.
struct WaitingLine {
    /// Bounds of a hold, in numbers that cost nothing to copy.
    struct Bounds: Equatable {
        var requests: UInt32
        /// In milliseconds.
        var timeout: UInt32
        var perSecond: UInt32
    }

    /// The first and the last client, or -1.
    var first: Int32 = -1
    var last: Int32 = -1
    var count = 0

    /// Whether the live table holds the route's requests, so that none may leave.
    var isHeld = false

    /// What holds for the requests that wait.
    var bounds = Bounds.none

    /// What holds for requests that no instance takes, or `nil` when those do not wait.
    var automatic: Bounds?

    /// When the first may be tried again, on the loop's clock: before that no instance takes it.
    var resumeAt: UInt32 = 0

    /// The turn that was drawn for whoever is first when it comes, in nanoseconds, or 0.
    var turn: UInt64 = 0
}

extension WaitingLine.Bounds {
    /// Where nothing may wait.
    static let none = Self(requests: 0, timeout: 0, perSecond: 1)

    /// The bounds of a hold.
    init(_ hold: ProxyHold) {
        self.init(
            requests: hold.requests,
            timeout: hold.timeout,
            perSecond: hold.releasedPerSecond
        )
    }
}

extension WaitingLine {
    /// Takes over what a table says, at a new table and when the last has left; a line that is let
    /// go keeps the pace of the hold that ended.
    mutating func configure(_ plan: RoutePlan, isListed: Bool = true) {
        guard isListed else {
            isHeld = false
            automatic = nil
            return
        }
        automatic = plan.settings.holdsWhenUnavailable.map { Bounds($0) }
        isHeld = plan.hold != nil
        if let hold = plan.hold {
            bounds = Bounds(hold)
        } else if count == 0 {
            bounds = automatic ?? .none
        }
    }
}
