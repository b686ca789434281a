/// One fault of a theme file, with its place.
package struct ThemeDiagnostic: Hashable, Sendable {
    package let file: String

    /// From 1.
    package let line: Int

    /// From 1, in characters.
    package let column: Int

    package let message: String
}

extension ThemeDiagnostic: CustomStringConvertible {
    package var description: String { "\(file):\(line):\(column): \(message)" }
}

/// What kept a theme from being read: every fault, not only the first.
package struct ThemeError: Error, Equatable, CustomStringConvertible {
    package let diagnostics: [ThemeDiagnostic]

    package var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}

/// The name among `names` that somebody who wrote `word` most likely meant, or nil.
func nearestName(to word: String, among names: [String]) -> String? {
    let near = names.map { ($0, editDistance(word, $0)) }.min { $0.1 < $1.1 }
    guard let (name, distance) = near, distance <= max(2, word.count / 3) else { return nil }
    return distance < word.count ? name : nil
}

/// A suggestion to append to a message, or nothing.
func didYouMean(_ word: String, among names: [String]) -> String {
    nearestName(to: word, among: names).map { "; did you mean `\($0)`?" } ?? ""
}

/// How many characters have to be inserted, deleted or replaced (Levenshtein).
private func editDistance(_ from: String, _ to: String) -> Int {
    let target = Array(to)
    var row = Array(0...target.count)
    for (index, character) in from.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in target.indices {
            let replaced = diagonal + (target[column] == character ? 0 : 1)
            diagonal = row[column + 1]
            row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
        }
    }
    return row[target.count]
}
