/// How ranges are written: `9100-9199`, or one number for a range of one.
package enum NumberRange {
    /// The range, or `nil` when the text is no range of whole numbers or runs backwards.
    package static func parse(_ text: String) -> ClosedRange<Int>? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            .map { $0.filter { $0 != " " } }
        let numbers = parts.compactMap(WholeNumber.parse)
        guard (1...2).contains(parts.count), numbers.count == parts.count,
            let low = numbers.first, let high = numbers.last, low <= high
        else { return nil }
        return low...high
    }

    /// Prints what `parse` reads.
    package static func text(_ range: ClosedRange<some BinaryInteger>) -> String {
        range.lowerBound == range.upperBound
            ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
}
