import CutoverCore
import CutoverScreen

/// The bottom row: the keys, those that are refused here in brackets.
struct KeyHintRow {
    let model: DashboardModel

    private struct Hint {
        let key: String
        let word: String
        var isOff = false
        /// The smallest is left out first where the row is too narrow.
        let weight: Int

        var text: String { isOff ? "\(key) (\(word))" : "\(key) \(word)" }
    }

    func draw(in rect: Rect, into buffer: inout Buffer) {
        var hints = hints
        while width(hints) > rect.columns, hints.count > 1 {
            let least = hints.map(\.weight).min()
            hints.removeAll { $0.weight == least }
        }
        var line = Line()
        for hint in hints {
            line.add(line.width == 0 ? " " : "  ")
            line.add(hint.key, hint.isOff ? .keyHintOff : .keyHint)
            line.add(hint.isOff ? " (\(hint.word))" : " \(hint.word)", role(hint))
        }
        buffer.draw(line, row: rect.row, in: rect, glyphs: model.glyphs)
    }

    private func role(_ hint: Hint) -> Role { hint.isOff ? .keyHintOff : .text }

    private func width(_ hints: [Hint]) -> Int {
        hints.reduce(-1) { $0 + $1.text.displayWidth + 2 }
    }

    private var hints: [Hint] {
        let verbs = Verb.byUse.enumerated().map { index, verb in
            Hint(
                key: verb == .pause ? "space" : String(verb.key),
                word: verb.rawValue,
                isOff: isOff(verb),
                weight: 20 - index
            )
        }
        guard model.page == .overview else {
            let back = Hint(key: "esc", word: "back", weight: 30)
            return [back] + verbs + [Hint(key: "?", word: "help", weight: 10)]
        }
        return verbs + [
            Hint(key: model.glyphs.enterKey, word: "open", weight: 5),
            Hint(key: "l", word: "log", weight: 7),
            Hint(key: "e", word: "events", weight: 4),
            Hint(key: "/", word: "filter", weight: 3),
            Hint(key: "t", word: "theme", weight: 2),
            Hint(key: "f", word: "freeze", weight: 1),
            Hint(key: "?", word: "help", weight: 12),
            Hint(key: "q", word: "quit", weight: 6),
        ]
    }

    private func isOff(_ verb: Verb) -> Bool {
        guard let service = model.service, model.blindness == nil else { return true }
        if case .refused = service.availability(of: verb) { return true }
        return false
    }
}

extension Verb {
    /// In the order in which an operator reaches for them.
    static let byUse: [Verb] = [.pause, .continue, .promote, .rollback, .deploy]
}
