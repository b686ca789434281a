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
            ).lines(width: width, rowsEach: 3)
            lines.append(Line())
        }
        lines.append(Line(" y answers a question, every other key cancels it.", .text))
        lines.append(Line())
        lines.append(Line(" What only looks", .title))
        lines += Self.keys.map { key, words in
            var line = Line(" \(key.fitted(to: 16)) ", .keyHint)
            line.add(words)
            return line
        }
        lines.append(Line())
        lines.append(Line(" Signs", .title))
        lines += InstanceState.allCases.map { state in
            var line = Line(" \(state.glyph(model.glyphs).fitted(to: 4))", state.role)
            line.add("\(state.word.fitted(to: 10)) ", state.role)
            line.add(state.explanation, .muted)
            return line
        }
        return lines
    }

    private static let keys = [
        ("j k, arrows", "move; g and G go to the ends, ctrl-d and ctrl-u by half a screen"),
        ("tab, left, right", "next part: services, instances, events"),
        ("enter, i", "the instance under the cursor: probes, exit, log"),
        ("l", "its log"),
        ("e, E", "events of this service, of all"),
        ("esc, q", "back; q on the first screen quits, and asks while a rollout is live"),
        ("/", "filter services; ! in front inverts"),
        ("a", "acknowledge the problem in the banner"),
        ("f", "freeze the display; the engine goes on"),
        ("t", "themes"),
        ("y", "copy the address of the service or instance"),
        ("ctrl-l", "paint everything anew"),
        ("ctrl-z", "suspend; a live rollout is paused first"),
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
