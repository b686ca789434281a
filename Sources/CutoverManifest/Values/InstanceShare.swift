/// A number of instances, or a percentage of the wanted number.
package enum InstanceShare: Hashable, Sendable {
    case count(Int)
    /// Above 0 and at most 100.
    case percentage(Double)

    /// Reads `2` or `25%`, and nothing else.
    package init?(_ text: String) {
        if let share = PercentageLiteral.parse(text) {
            guard share <= 1 else { return nil }
            self = .percentage(share * 100)
        } else if let count = WholeNumber.parse(text) {
            self = .count(count)
        } else {
            return nil
        }
    }

    /// What a percentage that is no whole number of instances becomes.
    package enum Rounding: Sendable {
        case up
        case down
    }

    /// The number of instances out of the wanted number.
    package func resolved(of instanceCount: Int, rounding: Rounding) -> Int {
        switch self {
        case .count(let count): count
        case .percentage(let percent):
            // A hair is taken off first, so that 30% of 10 is 3 and not the 4 that
            // 3.0000000000000004 would round up to.
            switch rounding {
            case .up: Int((percent * Double(instanceCount) / 100 - 1e-9).rounded(.up))
            case .down: Int((percent * Double(instanceCount) / 100 + 1e-9).rounded(.down))
            }
        }
    }
}

/// How counts are written: decimal digits and nothing else.
package enum WholeNumber {
    /// The number, up to nine digits; `nil` for signs, points, separators and anything else.
    package static func parse(_ text: String) -> Int? {
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return Int(text)
    }
}
