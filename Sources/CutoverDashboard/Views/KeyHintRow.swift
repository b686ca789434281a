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
        var weight: Int

        var text: String { isOff ? "\(key) (\(word))" : "\(key) \(word)" }
    }

    func draw(in rect: Rect, into buffer: inout Buffer) {
        var hints = hints.map { hint in
            var hint = hint
            // A refused verb keeps its place for the fingers' memory, where there is room for it.
            if hint.isOff { hint.weight -= rect.columns < 60 ? 100 : 8 }
            return hint
        }
        var gap = 2
        while width(hints, gap: gap) > rect.columns, hints.count > 1 {
            // What does something here stays longest; the rest stays in the help.
            if gap == 2, width(hints.filter { $0.weight > 10 }, gap: 2) > rect.columns { gap = 1 }
            let least = hints.map(\.weight).min()
            hints.removeAll { $0.weight == least }
        }
        var line = Line()
        for hint in hints {
            line.add(String(repeating: " ", count: line.width == 0 ? 1 : gap))
            line.add(hint.key, hint.isOff ? .keyHintOff : .keyHint)
            line.add(hint.isOff ? " (\(hint.word))" : " \(hint.word)", role(hint))
        }
        buffer.draw(line, row: rect.row, in: rect, glyphs: model.glyphs)
    }

    private func role(_ hint: Hint) -> Role { hint.isOff ? .keyHintOff : .text }

    private func width(_ hints: [Hint], gap: Int) -> Int {
        hints.reduce(1 - gap) { $0 + $1.text.displayWidth + gap }
    }

    private var hints: [Hint] {
        let verbs = Verb.byUse.map { verb in
            Hint(
                key: verb == .pause ? "space" : String(verb.key),
                word: verb.rawValue,
                isOff: isOff(verb),
                weight: Self.weight(verb)
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

    /// The way back outlives the way on.
    private static func weight(_ verb: Verb) -> Int {
        switch verb {
        case .rollback: 20
        case .pause: 19
        case .continue: 18
        case .promote: 17
        case .deploy: 16
        }
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
