/// How far two words are apart, for "did you mean".
package enum EditDistance {
    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the
    /// other.
    static func between(_ lhs: String, _ rhs: String) -> Int {
        let left = Array(lhs.unicodeScalars)
        let right = Array(rhs.unicodeScalars)
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                var best = min(previous[column + 1], current[column]) + 1
                best = min(best, previous[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    best = min(best, beforePrevious[column - 1] + 1)
                }
                current.append(best)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }

    /// The candidate that was probably meant, or `nil` when none is near.
    ///
    /// Case and the characters `-` and `_` are not counted. A third of the word may differ, at
    /// least one character and at most three.
    package static func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
        let folded = fold(word)
        // A distance over words of any length would be quadratic in what an input can hold.
        guard folded.unicodeScalars.count <= 40 else { return nil }
        let allowed = max(1, min(3, folded.unicodeScalars.count / 3))
        let measured = candidates.map { (word: $0, distance: between(folded, fold($0))) }
        return measured.filter { $0.distance <= allowed }
            .min { ($0.distance, $0.word) < ($1.distance, $1.word) }?.word
    }

    private static func fold(_ word: String) -> String {
        word.lowercased().filter { $0 != "-" && $0 != "_" }
    }
}
