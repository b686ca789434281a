import CutoverCore
import CutoverScreen

/// What becomes of live rollouts when the operator leaves.
struct QuitView {
    let question: QuitQuestion
    let model: DashboardModel

    func draw(into buffer: inout Buffer) {
        DialogBox(
            title: question.isRollingBack ? "ROLL BACK AND QUIT" : "QUIT",
            lines: lines(width: DialogBox.innerWidth(buffer.columns)),
            role: question.isRollingBack ? .dialogGrave : .dialog,
            glyphs: model.glyphs
        ).draw(into: &buffer)
    }

    private func lines(width: Int) -> [Line] {
        let rollouts = question.targets.prefix(6).map { target in
            let service = model.latestService(target.service)
            let standing = service.map { Standing($0, glyphs: model.glyphs) }
            let place = standing.map { ": \($0.word) \($0.step)" } ?? ""
            return Line("\(target.service.safe) rev \(target.revision)\(place)")
        }
        let more = question.targets.count - rollouts.count
        let rest = more > 0 ? [Line("and \(more) more")] : []
        return rollouts + rest + [Line()] + answers(width: width)
    }

    private func answers(width: Int) -> [Line] {
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
        return texts.flatMap { text in
            wrapped(text, width: width, ellipsis: model.glyphs.ellipsis).map { Line($0) }
        }
    }
}
