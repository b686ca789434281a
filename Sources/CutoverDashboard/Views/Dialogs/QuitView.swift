import CutoverCore
import CutoverScreen

/// What becomes of live rollouts when the operator leaves.
struct QuitView {
    let question: QuitQuestion
    let model: DashboardModel

    func draw(into buffer: inout Buffer) {
        DialogBox(
            title: question.isRollingBack ? "ROLL BACK AND QUIT" : "QUIT",
            facts: facts,
            answers: answers(width: DialogBox.innerWidth(buffer.columns)),
            role: question.isRollingBack ? .dialogGrave : .dialog,
            glyphs: model.glyphs
        ).draw(into: &buffer)
    }

    private var facts: [Line] {
        let rollouts = question.targets.prefix(6).map { target in
            let service = model.latestService(target.service)
            let standing = service.map { Standing($0, glyphs: model.glyphs) }
            let place = standing.map { ": \($0.word) \($0.step)" } ?? ""
            return Line("\(target.service.safe) rev \(target.revision)\(place)")
        }
        let more = question.targets.count - rollouts.count
        let rest = more > 0 ? [Line("and \(more) more")] : []
        return rollouts + rest
    }

    private func answers(width: Int) -> [Line] {
        if width < 60 {
            let texts =
                question.isRollingBack
                ? ["y rolls all of them back", "any other key stays"]
                : [
                    "b go on in background", "h hold, then quit", "r roll back; asks",
                    "others stay",
                ]
            return texts.map { Line($0) }
        }
        let texts =
            question.isRollingBack
            ? [
                "All of these go back to their stable release, in the background.",
                "Press y to roll back and quit. Any other key stays.",
            ]
            : [
                "b  keep going in the background",
                "h  hold: pause them, then quit",
                "r  roll back, then quit; asks once more",
                "Any other key stays. Instances and traffic go on in each case.",
            ]
        return texts.map { Line($0) }
    }
}
