import CutoverCore
import CutoverScreen

/// Every key: for those that act, what they would do at this moment or why they do nothing.
struct HelpPage {
    let model: DashboardModel
    let scroll: Int

    func draw(in rect: Rect, into buffer: inout Buffer) {
        let title = "help  \(model.boundWords)"
        PageOfLines(title: title, lines: lines(width: rect.columns), scroll: scroll)
            .draw(in: rect, glyphs: model.glyphs, into: &buffer)
    }

    func lines(width: Int) -> [Line] {
        var lines: [Line] = []
        if let service = model.service {
            lines.append(Line(" What acts on \(service.name.safe)", .title))
            lines += ActionList(
                service: service,
                blindness: model.blindness,
                glyphs: model.glyphs
            ).lines(width: width, rowsEach: .max)
            lines.append(Line())
        }
        lines += entry("", "y answers a question, every other key cancels it.", width: width)
        lines += section("What only looks", keys.flatMap { entry($0, $1, width: width) })
        let states = InstanceState.allCases.flatMap { state in
            let sign = "\(state.glyph(model.glyphs).fitted(to: 3)) \(state.word)"
            return entry(sign, state.explanation, role: state.role, width: width)
        }
        lines += section("Instances", states)
        let steps = stepSigns.flatMap { sign, role, words in
            entry(sign, words, role: role, width: width)
        }
        lines += section("Steps", steps)
        lines += section("Words", Self.words.flatMap { entry($0, $1, width: width) })
        lines += section("Columns", Self.columns.flatMap { entry($0, $1, width: width) })
        return lines
    }

    private func section(_ title: String, _ lines: [Line]) -> [Line] {
        [Line(), Line(" \(title)", .title)] + lines
    }

    /// What is explained, and behind it the words, in as many rows as they need.
    private func entry(
        _ head: String,
        _ words: String,
        role: Role = .keyHint,
        width: Int
    ) -> [Line] {
        let column = head.isEmpty ? 0 : width < 50 ? 12 : 17
        // A head that is too long for its column pushes the words of its first row away.
        let first = head.isEmpty ? "" : head.displayWidth < column ? head.fitted(to: column) : head
        let isTooLong = first.displayWidth > column
        let rows = wrapped(
            words,
            width: max(width - column - 1, 8),
            ellipsis: model.glyphs.ellipsis
        )
        var lines = rows.enumerated().map { index, text in
            let isHead = index == 0 && !isTooLong
            var line = Line(" \(isHead ? first : String(repeating: " ", count: column))", role)
            line.add(text)
            return line
        }
        if isTooLong { lines.insert(Line(" \(first)", role), at: 0) }
        return lines
    }

    private var keys: [(String, String)] {
        let (leaving, suspending): (String, String)
        switch model.hosting {
        case .elsewhere:
            leaving = "back; q on the first screen quits, and the engine goes on"
            suspending = "suspend; the engine is another process and goes on"
        case .here:
            leaving = "back; q on the first screen quits, and asks while a rollout is live"
            suspending = "suspend; a live rollout is paused first"
        case .demo:
            leaving = "back; q on the first screen ends the demo, and asks while a rollout is live"
            suspending = "suspend; a live rollout is paused first"
        }
        return [
            ("j k, arrows", "move; g and G go to the ends, ctrl-d and ctrl-u by half a screen"),
            ("tab, left, right", "next part: services, instances, events"),
            ("enter, i", "the instance under the cursor: probes, exit, log"),
            ("l", "its log"),
            ("e, E", "events of this service, of all"),
            ("esc, q", leaving),
            ("/", "filter services; ! in front inverts"),
            ("a", "acknowledge the problem in the banner"),
            ("f", "freeze the display; the engine goes on"),
            ("t", "themes"),
            ("y", "copy the address of the service or instance"),
            ("ctrl-l", "paint everything anew"),
            ("ctrl-z", suspending),
        ]
    }

    private var stepSigns: [(String, Role, String)] {
        let glyphs = model.glyphs
        return [
            (glyphs.stepDone, .stepDone, "done"),
            (glyphs.stepNow, .stepNow, "goes on now"),
            (glyphs.stepHeld, .stepHeld, "waits: for you, or because something went wrong"),
            (glyphs.stepTodo, .stepTodo, "to come"),
            (glyphs.stepFailed, .stepFailed, "the rollout went wrong here, or was rolled back"),
        ]
    }

    private static let words = [
        ("start", "the new release starts and gets no traffic"),
        ("verify", "checks ask it through the preview address"),
        ("gate", "it waits for p; when the gate expires, it is given up"),
        ("shift", "traffic moves to it, in one step or in several"),
        ("soak", "a step is watched before the next"),
        ("bake", "it has all the traffic and is watched; the old release is kept"),
        ("warm", "done; the old release stays alive, so that r goes back at once"),
        ("drain", "no new request; those that were begun finish"),
        ("batch, watch", "rolling: some instances are replaced, then watched"),
        ("anomaly", "a figure, a check or an instance of the new release is bad: c or r"),
    ]

    private static let columns = [
        ("n failed", "requests that got no answer, or 502, 503 or 504, because of Cutover"),
        ("B/G, O/N", "percent of the traffic: blue and green, or old and new release"),
        ("R/S", "requests a second"),
        ("ERR%, ERR", "answers with status 500 and above: the share of late, and the count"),
        ("P50, P99", "half, and 99 of 100 answers, were faster"),
        ("INFL", "requests that are being answered at this moment"),
        ("TOTAL", "requests since the instance runs"),
        ("rev", "rises with each step: a key acts on the one that was on screen"),
    ]
}

extension InstanceState {
    fileprivate var explanation: String {
        switch self {
        case .starting: "has a process or waits for one, and answered no probe yet"
        case .warming: "answers, but not for long enough yet"
        case .healthy: "answers its probes"
        case .degraded: "answers its probes, but its traffic is out of limits"
        case .unhealthy: "does not answer its probes"
        case .draining: "gets no new request, the ones begun are finishing"
        case .stopped: "has no process any more"
        }
    }
}
