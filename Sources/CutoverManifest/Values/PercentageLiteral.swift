/// How shares are written: `5%`, `0.5%`, `99.9%`.
package enum PercentageLiteral {
    /// The share as a part of 1; `nil` when the text is no number followed by `%`.
    ///
    /// At most nine digits before the point and six behind it.
    package static func parse(_ text: String) -> Double? {
        guard text.hasSuffix("%") else { return nil }
        let number = String(text.dropLast())
        // Read as hundredths: 99.9 divided by 100 is not the number next to 0.999.
        return decimal(number) == nil ? nil : Double(number + "e-2")
    }

    /// The text of a share, with as many digits as it needs.
    package static func text(_ share: Double) -> String {
        let percent = (share * 100 * 1_000_000).rounded() / 1_000_000
        let isWhole = percent == percent.rounded() && abs(percent) < 1e15
        return isWhole ? "\(Int(percent))%" : "\(percent)%"
    }

    /// A decimal number without sign or exponent.
    static func decimal(_ text: String) -> Double? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...9).contains(parts[0].count),
            parts.count == 1 || (1...6).contains(parts[1].count),
            parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } })
        else { return nil }
        return Double(text)
    }
}
