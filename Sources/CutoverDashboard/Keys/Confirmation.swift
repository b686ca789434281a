import CutoverCore

/// A question whose answer moves traffic: what exactly would be done, and how far the answer is.
struct Confirmation: Hashable, Sendable {
    let action: EngineCommand.Action
    private(set) var target: Target
    private(set) var level: ConfirmationLevel
    /// One sentence with the effect in numbers, as the engine says it.
    private(set) var effect: String
    /// The facts changed while the question stood.
    private(set) var hasChanged = false
    /// The service's name as far as it is typed; for a grave question.
    var typed = TextField()
    /// When the question as it is reached the terminal; `nil`: not yet, so nobody can answer it.
    private(set) var shownAt: Timestamp?

    /// Keys in the first moment after a question appears were meant for what stood there before.
    static let arming = Duration.milliseconds(250)

    init(_ action: EngineCommand.Action, target: Target, level: ConfirmationLevel, effect: String) {
        self.action = action
        self.target = target
        self.level = level
        self.effect = effect
    }

    func isArmed(_ now: Timestamp) -> Bool {
        shownAt.map { now - $0 >= Self.arming } ?? false
    }

    /// Whether the name is typed, so that `y` is all that is missing.
    var awaitsYes: Bool {
        level < .grave || typed.text == target.service.rawValue
    }

    mutating func noteShown(_ now: Timestamp) {
        if shownAt == nil { shownAt = now }
    }

    /// Takes in the newest facts, and asks anew if what is asked is no longer what would be done.
    ///
    /// The numbers of the effect may change with each request: they alone are no other question.
    mutating func restate(target: Target, level: ConfirmationLevel, effect: String) {
        self.effect = effect
        guard (target, level) != (self.target, self.level) else { return }
        self.target = target
        self.level = level
        hasChanged = true
        shownAt = nil
        typed.clear()
    }

    /// Takes one character of the name.
    mutating func type(_ scalar: Unicode.Scalar) {
        typed.append(scalar)
        // From here on `y` moves traffic, so the last letter held down must not reach it.
        if awaitsYes { shownAt = nil }
    }
}

/// What to do with live rollouts when the operator leaves.
struct QuitQuestion: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// In the background, held, or rolled back.
        case choose
        /// Rolling back was chosen, and only its `y` is missing.
        case rollBack
        /// The demo cannot go on without its dashboard; only `y` is missing.
        case endDemo
    }

    var kind = Kind.choose
    /// The live rollouts that the question named when it was asked or last changed.
    var targets: [Target]
    var shownAt: Timestamp?

    func isArmed(_ now: Timestamp) -> Bool {
        shownAt.map { now - $0 >= Confirmation.arming } ?? false
    }

    mutating func noteShown(_ now: Timestamp) {
        if shownAt == nil { shownAt = now }
    }
}
