/// Who asked for something: a person at a terminal, a command of another process, or the engine.
package struct Actor: Hashable, Codable, Sendable {
    /// Such as `alice@pts/3`, `alice via command line`, or `engine`.
    package var name: String

    package init(name: String) {
        self.name = name
    }

    /// The engine itself: deadlines, analysis, policies.
    package static let engine = Actor(name: "engine")
}
