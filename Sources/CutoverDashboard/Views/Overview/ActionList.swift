import CutoverCore
import CutoverScreen

/// Each verb with its key, and what it would do at this moment or why it does nothing.
struct ActionList {
    let service: ServiceSnapshot
    let blindness: String?
    let glyphs: Glyphs

    func lines(width: Int, rowsEach: Int) -> [Line] {
        Verb.byUse.flatMap { verb in lines(verb, width: width, limit: rowsEach) }
    }

    private func lines(_ verb: Verb, width: Int, limit: Int) -> [Line] {
        let (isPossible, words) = words(of: verb)
        let key = verb == .pause ? "space" : String(verb.key)
        let head = " \(key.fitted(to: 5))  \(verb.rawValue.fitted(to: 8)) "
        let room = max(width - head.displayWidth, 10)
        let rows = wrapped(words, width: room, limit: limit, ellipsis: glyphs.ellipsis)
        return rows.enumerated().map { index, text in
            var line = Line(
                index == 0 ? head : String(repeating: " ", count: head.count),
                isPossible ? .keyHint : .keyHintOff
            )
            line.add(text, isPossible ? .text : .keyHintOff)
            return line
        }
    }

    private func words(of verb: Verb) -> (Bool, String) {
        if let blindness { return (false, "not now: \(blindness)") }
        switch service.availability(of: verb) {
        case .possible(let effect): return (true, effect.safe)
        case .refused(let reason): return (false, "not now: \(reason.safe)")
        }
    }
}
