/// Text in the exposition format of Prometheus, version 0.0.4: each metric's samples stand together
/// behind its help and its type.
struct Exposition {
    /// What kind of metric follows.
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    private(set) var text = ""
    private var name = ""

    /// Begins a metric; its samples must follow before the next one begins.
    mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Adds a sample; `suffix` is for the parts of a histogram.
    mutating func add(_ value: String, _ labels: [(String, String)], suffix: String = "") {
        text += name + suffix
        if !labels.isEmpty {
            text += "{"
            for (index, (label, value)) in labels.enumerated() {
                text += (index == 0 ? "" : ",") + label + "=\""
                Self.escape(value, into: &text)
                text += "\""
            }
            text += "}"
        }
        text += " \(value)\n"
    }

    mutating func add(_ value: UInt64, _ labels: [(String, String)], suffix: String = "") {
        add(String(value), labels, suffix: suffix)
    }

    /// Backslash, quote and line feed are what the format has an escape for.
    private static func escape(_ value: String, into text: inout String) {
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}

/// A time in seconds, exact to the nanosecond: 1500000000 is `1.5`.
func seconds(ofNanoseconds nanoseconds: UInt64) -> String {
    let whole = nanoseconds / 1_000_000_000
    let rest = nanoseconds % 1_000_000_000
    guard rest > 0 else {
        return String(whole)
    }
    let digits = String(rest)
    var fraction = String(repeating: "0", count: 9 - digits.count) + digits
    while fraction.hasSuffix("0") {
        fraction.removeLast()
    }
    return "\(whole).\(fraction)"
}
