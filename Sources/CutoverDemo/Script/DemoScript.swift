package import CutoverCore
package import CutoverScreen

/// Keys that are pressed by a script, for tests and recordings.
///
/// One step a line; `#` begins a comment:
///
///     key d                           # by name: a character, space, enter, escape, up, down, tab
///     type v2                         # each character
///     wait checkout awaitingPromotion # until the rollout of a service is in that phase
///     wait checkout held              # until it is held, whatever the phase
///     after 2s                        # for people who watch
///
/// A `wait` that is not met within a minute ends the demo with an error.
package struct DemoScript: Sendable {
    package var steps: [Step]

    package enum Step: Hashable, Sendable {
        case press(Key)
        case wait(ServiceName, Goal)
        case after(Duration)
    }

    package enum Goal: Hashable, Sendable {
        case phase(PhaseName)
        case held

        package func isMet(by rollout: RolloutSnapshot?) -> Bool {
            guard let progress = rollout?.progress else { return false }
            return switch self {
            case .phase(let phase): progress.phase == phase
            case .held: !progress.holds.isEmpty && progress.phase != .awaitingPromotion
            }
        }
    }

    /// Reads a script.
    ///
    /// - Throws: ``DemoScriptError`` with every fault and its line.
    package init(_ text: String) throws(DemoScriptError) {
        steps = []
        var faults: [String] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let code = line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)[0]
            let words = code.split(separator: " ").map(String.init)
            guard !words.isEmpty else { continue }
            if let parsed = Self.steps(of: words) {
                steps += parsed
            } else {
                faults.append("\(index + 1): cannot read '\(line)'")
            }
        }
        if !faults.isEmpty { throw DemoScriptError(faults: faults) }
    }

    private static func steps(of words: [String]) -> [Step]? {
        switch (words[0], words.count) {
        case ("key", 2): return key(named: words[1]).map { [.press($0)] }
        case ("type", 2): return words[1].unicodeScalars.map { .press(.character($0)) }
        case ("wait", 3):
            let service = ServiceName(rawValue: words[1])
            if words[2] == "held" { return [.wait(service, .held)] }
            return PhaseName(rawValue: words[2]).map { [.wait(service, .phase($0))] }
        case ("after", 2):
            guard words[1].hasSuffix("s"), let seconds = Double(words[1].dropLast()),
                (0...600).contains(seconds)
            else { return nil }
            return [.after(.milliseconds(Int(seconds * 1000)))]
        default: return nil
        }
    }

    private static func key(named name: String) -> Key? {
        let named: [String: Key] = [
            "space": .character(" "), "enter": .enter, "escape": .escape, "tab": .tab,
            "up": .up, "down": .down, "left": .left, "right": .right, "backspace": .backspace,
        ]
        if let key = named[name] { return key }
        let scalars = Array(name.unicodeScalars)
        return scalars.count == 1 ? .character(scalars[0]) : nil
    }
}

/// What is wrong with a script, one line a fault, each beginning with the number of its line.
package struct DemoScriptError: Error, CustomStringConvertible {
    package var faults: [String]

    package var description: String {
        (faults + ["steps are: key NAME, type TEXT, wait SERVICE PHASE|held, after 2s"])
            .joined(separator: "\n")
    }
}
