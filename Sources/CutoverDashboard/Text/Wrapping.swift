import CutoverScreen

/// Breaks a text into rows between words; a word wider than a row is broken where it has to be.
///
/// - Returns: At most `limit` rows of at most `width` columns; the last ends in `ellipsis` if there
///   was more.
func wrapped(_ text: String, width: Int, limit: Int = .max, ellipsis: String) -> [String] {
    guard width > 0, limit > 0 else { return [] }
    var rows: [String] = []
    var row = ""
    var words = text.split(separator: " ")[...]
    while let word = words.popFirst() {
        let joined = row.isEmpty ? String(word) : row + " " + word
        if joined.displayWidth <= width {
            row = joined
            continue
        }
        if rows.count == limit - 1 {
            let rest = ([joined] + words.map(String.init)).joined(separator: " ")
            return rows + [rest.truncated(to: width, ellipsis: ellipsis)]
        }
        if !row.isEmpty {
            rows.append(row)
            row = ""
            words = [word] + words
            continue
        }
        let head = word.truncated(to: width, ellipsis: "")
        guard !head.isEmpty else { return rows }
        rows.append(head)
        words = [word.dropFirst(head.count)] + words
    }
    return row.isEmpty ? rows : rows + [row]
}
