/// In which order subjects are measured: there and back, so that none is always the first.
enum Rounds {
    /// The subjects of one round, counted from 0.
    static func order<Subject>(_ subjects: [Subject], round: Int) -> [Subject] {
        round.isMultiple(of: 2) ? subjects : subjects.reversed()
    }
}
