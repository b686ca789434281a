import CutoverCore
import CutoverScreen

/// Requests per second over the last seconds, one column a second.
struct RateChart {
    let service: ServiceSnapshot
    let glyphs: Glyphs

    private static let axisWidth = 7

    func draw(in rect: Rect, into buffer: inout Buffer) {
        let (head, body) = rect.cut(top: 1)
        let plot = body.cut(left: Self.axisWidth).rest
        guard plot.rows > 1, plot.columns > 0 else { return }
        let values = service.rateHistory.suffix(plot.columns)
        let highest = values.max() ?? 0
        var title = Line(" r/s, last \(values.count) s", .muted)
        title.add("   highest \(Figures.rate(highest))", .muted)
        buffer.draw(title, row: head.row, in: head, glyphs: glyphs)
        drawAxis(highest, in: body, into: &buffer)
        guard highest > 0 else { return }
        let first = plot.endColumn - values.count
        for (offset, value) in values.enumerated() {
            let eighths = Int((value / highest * Double(plot.rows * 8)).rounded())
            drawBar(eighths, column: first + offset, in: plot, into: &buffer)
        }
    }

    private func drawBar(_ eighths: Int, column: Int, in plot: Rect, into buffer: inout Buffer) {
        let full = eighths / 8
        for row in 0..<full {
            buffer.put(
                glyphs.eighthsUp[7],
                row: plot.endRow - 1 - row,
                column: column,
                role: .blueFill
            )
        }
        guard eighths % 8 > 0 else { return }
        buffer.put(
            glyphs.eighthsUp[eighths % 8 - 1],
            row: plot.endRow - 1 - full,
            column: column,
            role: .blueFill
        )
    }

    private func drawAxis(_ highest: Double, in rect: Rect, into buffer: inout Buffer) {
        for row in 0..<rect.rows where row % 2 == 0 || row == rect.rows - 1 {
            let value = highest * Double(rect.rows - row) / Double(rect.rows)
            let label = Figures.rate(value).fitted(to: Self.axisWidth - 1, .right)
            buffer.put(label, row: rect.row + row, column: rect.column, role: .muted)
        }
    }
}
