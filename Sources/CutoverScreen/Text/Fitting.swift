/// At which edge a text stands that is narrower than its place.
package enum Alignment: Sendable {
    case left
    case right
}

extension StringProtocol {
    /// The text in at most `width` columns, its end replaced by `ellipsis` where it is too long.
    package func truncated(to width: Int, ellipsis: String = "…") -> String {
        // Bytes are at least columns, which spares measuring most texts.
        if utf8.count <= width || displayWidth <= width { return String(self) }
        let room = width - ellipsis.displayWidth
        guard room >= 0 else { return String(ellipsis.prefix(Swift.max(width, 0))) }
        return head(of: room) + ellipsis
    }

    /// The text in exactly `width` columns: truncated, or filled with spaces.
    package func fitted(
        to width: Int,
        _ alignment: Alignment = .left,
        ellipsis: String = "…"
    ) -> String {
        let short = truncated(to: width, ellipsis: ellipsis)
        let space = String(repeating: " ", count: Swift.max(width - short.displayWidth, 0))
        return alignment == .left ? short + space : space + short
    }

    /// As much of the beginning as fits into `width` columns; marks stay with their glyph.
    private func head(of width: Int) -> String {
        var kept = String.UnicodeScalarView()
        var used = 0
        for scalar in unicodeScalars {
            used += scalar.displayWidth
            if used > width { break }
            kept.append(scalar)
        }
        return String(kept)
    }
}
