import CutoverCore
import CutoverScreen

/// What is wrong, the worst first; no row at all when nothing is.
struct BannerView {
    private let glyphs: Glyphs
    private let rows: [Row]

    init(model: DashboardModel) {
        glyphs = model.glyphs
        rows = Self.rows(of: model)
    }

    private struct Row {
        let text: String
        let role: Role
        let isAcknowledgeable: Bool
    }

    func rowCount(limit: Int) -> Int { min(rows.count, limit) }

    /// The rows that it may take on a screen of that layout.
    static func limit(_ layout: Layout) -> Int {
        switch layout {
        case .lines, .folded: 1
        case .stacked: 2
        case .beside, .panes: 3
        }
    }

    func draw(in rect: Rect, into buffer: inout Buffer) {
        for (index, row) in rows.prefix(rect.rows).enumerated() {
            let place = rect.cut(top: index).rest.cut(top: 1).part
            buffer.fill(place, role: row.role)
            let count = rows.count > 1 ? "\(index + 1)/\(rows.count) " : ""
            let text = Line("\(glyphs.alert) \(count)\(row.text)", row.role)
            let isFirst = row.isAcknowledgeable && place.columns >= 60
            let ending = Line(isFirst ? " a ack " : "", row.role)
            buffer.draw(text, and: ending, row: place.row, in: place, glyphs: glyphs)
        }
    }

    /// Why nothing on screen is of this moment, and what to do.
    private static func blindness(of model: DashboardModel) -> String? {
        guard model.latest != nil, let blindness = model.blindness else { return nil }
        guard model.disconnection != nil else {
            return "STALE: \(blindness); keys that move traffic refuse"
        }
        let age = model.dataAge.map { Figures.age($0) } ?? ""
        return "ENGINE GONE \(age): traffic goes on; q, then `cutover` takes over"
    }

    private static func rows(of model: DashboardModel) -> [Row] {
        var rows: [Row] = []
        if let text = blindness(of: model) {
            rows.append(Row(text: text, role: .bannerBad, isAcknowledgeable: false))
        }
        let problems = model.problems.enumerated().map { index, problem in
            Row(
                text: problem.text,
                role: problem.gravity == .bad ? .bannerBad : .bannerWarn,
                isAcknowledgeable: index == 0
            )
        }
        return rows + problems
    }
}
