import CutoverScreen

/// Breaks a text into rows between words; a word wider than a row is broken where it has to be.
///
/// - Returns: At most `limit` rows of at most `width` columns; the last ends in `ellipsis` if there
///   was more.
func wrapped(_ text: String, width: Int, limit: Int = .max, ellipsis: String) -> [String] {
    guard width > 0, limit > 0 else { return [] }
    var rows: [String] = []
    var row = ""
    var used = 0
    var words = text.split(separator: " ")[...]
    while let word = words.first {
        let wide = word.displayWidth
        let gap = row.isEmpty ? 0 : 1
        if used + gap + wide <= width {
            row += (gap == 0 ? "" : " ") + word
            used += gap + wide
            words.removeFirst()
            continue
        }
        if rows.count == limit - 1 {
            let rest = ([row] + words.map(String.init)).filter { !$0.isEmpty }
            return rows + [rest.joined(separator: " ").truncated(to: width, ellipsis: ellipsis)]
        }
        if row.isEmpty {
            let head = word.truncated(to: width, ellipsis: "")
            guard !head.isEmpty else { return rows }
            row = head
            words[words.startIndex] = word.dropFirst(head.count)
        }
        rows.append(row)
        row = ""
        used = 0
    }
    return row.isEmpty ? rows : rows + [row]
}
