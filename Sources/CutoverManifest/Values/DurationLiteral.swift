/// How durations are written: `250ms`, `30s`, `5m`, `1h`, `1h30m`.
package enum DurationLiteral {
    /// Why a text is no duration.
    package enum Fault: Error, Hashable, Sendable {
        /// A bare number: the unit is missing.
        case noUnit
        /// A number with a unit that is not written that way; the text to write, where it is clear.
        case unknownUnit(String, write: String?)
        /// Units out of order, or one of them twice.
        case outOfOrder
        case notADuration
    }

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// Units that people write, as a number of milliseconds.
    private static let foreignUnits: [String: Int64] = [
        "sec": 1_000, "secs": 1_000, "second": 1_000, "seconds": 1_000,
        "min": 60_000, "mins": 60_000, "minute": 60_000, "minutes": 60_000,
        "hr": 3_600_000, "hrs": 3_600_000, "hour": 3_600_000, "hours": 3_600_000,
        "d": 86_400_000, "day": 86_400_000, "days": 86_400_000, "w": 604_800_000,
        "msec": 1, "millisecond": 1, "milliseconds": 1,
    ]

    /// The duration that the text stands for.
    ///
    /// Units go from long to short, each once. One number may have a fraction of up to three
    /// digits, as in `1.5s`, when it stands alone.
    package static func parse(_ text: String) throws(Fault) -> Duration {
        let parts = try split(text)
        var total: Int64 = 0
        var nextUnit = 0
        for part in parts {
            guard let index = units.firstIndex(where: { $0.name == part.unit }) else {
                throw try foreign(part, alone: parts.count == 1)
            }
            guard index >= nextUnit else { throw .outOfOrder }
            nextUnit = index + 1
            let amount = try milliseconds(
                part.number,
                unit: units[index].milliseconds,
                alone: parts.count == 1
            )
            total += amount
        }
        return .milliseconds(total)
    }

    /// The shortest text that `parse` reads as this duration, to the millisecond.
    package static func text(_ duration: Duration) -> String {
        let components = duration.components
        var rest = components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
        guard rest > 0 else { return "0s" }
        var text = ""
        for unit in units where rest >= unit.milliseconds {
            text += "\(rest / unit.milliseconds)\(unit.name)"
            rest %= unit.milliseconds
        }
        return text
    }

    private static func split(_ text: String) throws(Fault) -> [(number: String, unit: String)] {
        var parts: [(number: String, unit: String)] = []
        var rest = text[...]
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest.removeFirst(number.count)
            let space = rest.prefix { $0 == " " }
            rest.removeFirst(space.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest.removeFirst(unit.count)
            guard !number.isEmpty else { throw .notADuration }
            guard !unit.isEmpty else {
                throw parts.isEmpty && rest.isEmpty ? .noUnit : .notADuration
            }
            guard space.isEmpty else {
                throw .unknownUnit(" " + unit, write: text.filter { $0 != " " })
            }
            parts.append((String(number), String(unit)))
        }
        guard !parts.isEmpty else { throw .notADuration }
        return parts
    }

    private static func foreign(
        _ part: (number: String, unit: String),
        alone: Bool
    ) throws(Fault) -> Fault {
        guard alone, let unit = foreignUnits[part.unit.lowercased()] ?? upperCased(part.unit) else {
            return .unknownUnit(part.unit, write: nil)
        }
        let amount = try milliseconds(part.number, unit: unit, alone: true)
        return .unknownUnit(part.unit, write: self.text(.milliseconds(amount)))
    }

    private static func upperCased(_ unit: String) -> Int64? {
        units.first { $0.name == unit.lowercased() }?.milliseconds
    }

    private static func milliseconds(
        _ number: String,
        unit: Int64,
        alone: Bool
    ) throws(Fault) -> Int64 {
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        // Nine digits of the longest unit stay far below the largest number of milliseconds.
        guard parts.count <= 2, parts.allSatisfy({ (1...9).contains($0.count) }),
            let whole = Int64(parts[0])
        else { throw .notADuration }
        guard parts.count == 2 else { return whole * unit }
        guard alone, parts[1].count <= 3, let fraction = Int64(parts[1]) else {
            throw .notADuration
        }
        let scale: Int64 = [1: 10, 2: 100, 3: 1_000][parts[1].count] ?? 1
        guard (fraction * unit).isMultiple(of: scale) else { throw .notADuration }
        return whole * unit + fraction * unit / scale
    }
}
