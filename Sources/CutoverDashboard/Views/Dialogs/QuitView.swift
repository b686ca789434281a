import CutoverCore
import CutoverScreen

/// What becomes of live rollouts when the operator leaves.
struct QuitView {
    let question: QuitQuestion
    let model: DashboardModel

    func draw(into buffer: inout Buffer) {
        DialogBox(
            title: title,
            facts: facts,
            answers: answers(isNarrow: DialogBox.innerWidth(buffer.columns) < 60).map { Line($0) },
            role: question.kind == .choose ? .dialog : .dialogGrave,
            glyphs: model.glyphs
        ).draw(into: &buffer)
    }

    private var title: String {
        switch question.kind {
        case .choose: "QUIT"
        case .rollBack: "ROLL BACK AND QUIT"
        case .endDemo: "QUIT THE DEMO"
        }
    }

    private var facts: [Line] {
        let rollouts = question.targets.prefix(6).map { target in
            let service = model.latestService(target.service)
            let standing = service.map { Standing($0, glyphs: model.glyphs) }
            let place = standing.map { ": \($0.word) \($0.step)" } ?? ""
            return Line("\(target.service.safe)  \(releases(of: service))\(place)")
        }
        let more = question.targets.count - rollouts.count
        let rest = more > 0 ? [Line("and \(more) more")] : []
        return rollouts + rest
    }

    private func releases(of service: ServiceSnapshot?) -> String {
        guard let rollout = service?.liveRollout else { return "" }
        return [rollout.stable, rollout.candidate].compactMap { $0?.safe }
            .joined(separator: " \(model.glyphs.arrow) ")
    }

    private func answers(isNarrow: Bool) -> [String] {
        switch (question.kind, isNarrow) {
        case (.choose, false):
            [
                "b  keep going in the background",
                "h  hold: pause them, then quit",
                "r  roll back, then quit; asks once more",
                "Any other key stays. Instances and traffic go on in each case.",
            ]
        case (.choose, true):
            ["b go on in background", "h hold, then quit", "r roll back; asks", "others stay"]
        case (.rollBack, false):
            [
                "All of these go back to their stable release, in the background.",
                "Press y to roll back and quit. Any other key stays.",
            ]
        case (.rollBack, true): ["y rolls all of them back", "any other key stays"]
        case (.endDemo, false):
            [
                "Quitting ends the demo with its instances and its load.",
                "Press y to quit. Any other key stays.",
            ]
        case (.endDemo, true): ["y ends the demo with its load", "any other key stays"]
        }
    }
}
