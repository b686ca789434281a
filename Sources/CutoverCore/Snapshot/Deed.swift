/// What was done for a command, for whoever asked and for the journal.
package struct Deed: Hashable, Codable, Sendable {
    /// In the past tense, with names and figures and without the service, such as
    /// `paused at bake, v42 at 100 %`.
    ///
    /// It stays true whatever happens next.
    package var fact: String
    /// What undoes it; `nil`: nothing does.
    package var inverse: Inverse?

    package init(_ fact: String, inverse: Inverse? = nil) {
        self.fact = fact
        self.inverse = inverse
    }

    /// A verb with what it comes to, in words that stand behind the verb or behind its key.
    package struct Inverse: Hashable, Codable, Sendable {
        package var verb: Verb
        /// Such as `returns to v41 (warm 10m)`.
        package var effect: String

        package init(_ verb: Verb, _ effect: String) {
            self.verb = verb
            self.effect = effect
        }
    }

    /// Both, with the verb as the command line spells it.
    package var sentence: String {
        guard let inverse else { return fact }
        return "\(fact); \(inverse.verb.rawValue) \(inverse.effect)"
    }
}
