import CutoverCore
import CutoverScreen

/// Requests per second over the last seconds, one column a second, by the side that they went to.
struct RateChart {
    let service: ServiceSnapshot
    let glyphs: Glyphs

    private static let axisWidth = 7

    func draw(in rect: Rect, into buffer: inout Buffer) {
        let (head, body) = rect.cut(top: 1)
        let (axis, bars) = body.cut(bottom: 1)
        let plot = bars.cut(left: Self.axisWidth).rest
        guard plot.rows > 1, plot.columns > 0 else { return }
        let values = service.rateHistory.suffix(plot.columns)
        let highest = values.filter(\.isFinite).max() ?? 0
        var title = Line(" r/s, last \(values.count) s", .muted)
        title.add("   highest \(Figures.rate(highest))", .muted)
        buffer.draw(title, row: head.row, in: head, glyphs: glyphs)
        let top = Self.round(highest)
        drawScale(top, in: bars, into: &buffer)
        drawTimes(values.count, in: axis.cut(left: Self.axisWidth).rest, into: &buffer)
        guard top > 0 else { return }
        let sides = service.columns.map { (Array($0.rateHistory.suffix(plot.columns)), $0) }
        for (offset, value) in values.enumerated() {
            let age = values.count - offset
            let parts = sides.map { history, side in
                Part(
                    rate: age <= history.count ? history[history.count - age] : 0,
                    fill: SideLabel(side, of: service).fill
                )
            }
            let column = Column(value: value, parts: parts, top: top, rows: plot.rows)
            draw(column, at: plot.endColumn - age, in: plot, into: &buffer)
        }
    }

    /// What of a column's requests one side got.
    private struct Part {
        let rate: Double
        let fill: Role
    }

    /// One second, in eighths of a row from the bottom.
    private struct Column {
        let height: Int
        private var ends: [(eighths: Int, fill: Role)] = []

        init(value: Double, parts: [Part], top: Double, rows: Int) {
            func eighths(_ rate: Double) -> Int {
                let share = rate.isFinite ? min(max(rate / top, 0), 1) : 0
                return Int((share * Double(rows * 8)).rounded())
            }
            height = eighths(value)
            var sum = 0.0
            for part in parts {
                sum += part.rate
                ends.append((eighths(sum), part.fill))
            }
        }

        /// The side that has most of a row; muted for a release that is not on screen any more.
        func fill(ofRow row: Int) -> Role {
            let middle = min(row * 8 + 4, height - 1)
            return ends.first { middle < $0.eighths }?.fill ?? .muted
        }
    }

    private func draw(_ column: Column, at place: Int, in plot: Rect, into buffer: inout Buffer) {
        for row in 0..<plot.rows where column.height > row * 8 {
            let fill = column.fill(ofRow: row)
            let part = min(column.height - row * 8, 8)
            let isFull = part == 8
            let glyph =
                isFull && fill == .greenFill ? glyphs.greenFill : glyphs.eighthsUp[part - 1]
            buffer.put(glyph, row: plot.endRow - 1 - row, column: place, role: fill)
        }
    }

    /// The next number that is easy to read.
    private static func round(_ value: Double) -> Double {
        guard value > 0, value < 1e15 else { return 0 }
        var unit = 1.0
        while unit * 10 <= value { unit *= 10 }
        while unit > value { unit /= 10 }
        return [1, 1.5, 2, 3, 4, 5, 8, 10].map { $0 * unit }.first { $0 >= value } ?? unit * 10
    }

    /// A number stands at the row whose upper edge it is.
    private func drawScale(_ top: Double, in rect: Rect, into buffer: inout Buffer) {
        for (row, value) in [(0, top), (rect.rows / 2, top / 2)] {
            let exact = rect.rows % 2 == 0 || row == 0
            guard exact else { continue }
            let label = Figures.rate(value).fitted(to: Self.axisWidth - 1, .right)
            buffer.put(label, row: rect.row + row, column: rect.column, role: .muted)
        }
    }

    private func drawTimes(_ seconds: Int, in rect: Rect, into buffer: inout Buffer) {
        guard seconds > 0 else { return }
        let now = "now"
        let end = rect.endColumn - now.count
        buffer.put(now, row: rect.row, column: end, role: .muted)
        for age in stride(from: 30, through: seconds, by: 30) {
            let label = "-\(age)s"
            let column = rect.endColumn - age
            guard column >= rect.column, column + label.count < end else { continue }
            buffer.put(label, row: rect.row, column: column, role: .muted)
        }
    }
}
