import CutoverCore

/// Numbers and times as the screen writes them: short, and never wider than a column expects.
enum Figures {
    /// A number with a fixed count of decimals, such as `0.41`.
    static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return "-" }
        var scale = 1.0
        for _ in 0..<decimals {
            scale *= 10
        }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 9e15 else { return "-" }
        let whole = Int(scaled)
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard decimals > 0 else { return sign + String(whole) }
        let unit = Int(scale)
        let fraction = String(whole % unit)
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return sign + String(whole / unit) + "." + zeros + fraction
    }

    /// A count in at most 5 columns, such as `999`, `1.20k`, `54.0k`, `1.20M`.
    static func count(_ value: UInt64) -> String {
        if value < 1000 { return String(value) }
        return scaled(Double(value))
    }

    /// Requests a second in at most 5 columns, such as `0`, `0.4`, `241`, `1.21k`; `-` for none.
    static func rate(_ value: Double) -> String {
        guard value.isFinite, value >= 0 else { return "-" }
        if value == 0 { return "0" }
        if value < 9.95 { return fixed(max(value, 0.1), decimals: 1) }
        if value < 999.5 { return fixed(value, decimals: 0) }
        return scaled(value)
    }

    /// A share of 0 to 1 in percent, in at most 5 columns, such as `0.41`, `12.3`, `100`.
    static func percent(_ share: Double) -> String {
        let percent = share * 100
        if percent >= 99.95 { return "100" }
        // A single failure must not be rounded to none.
        if percent > 0, percent < 0.01 { return "<0.01" }
        return fixed(percent, decimals: percent < 9.995 ? 2 : 1)
    }

    /// A latency in at most 6 columns, such as `0.4ms`, `38ms`, `1.20s`; `-` for none.
    static func latency(_ milliseconds: Double?) -> String {
        guard let milliseconds, milliseconds.isFinite else { return "-" }
        if milliseconds < 9.95 { return fixed(milliseconds, decimals: 1) + "ms" }
        if milliseconds < 999.5 { return fixed(milliseconds, decimals: 0) + "ms" }
        if milliseconds < 99_500 { return fixed(milliseconds / 1000, decimals: 2) + "s" }
        return milliseconds < 9_999_500 ? fixed(milliseconds / 1000, decimals: 0) + "s" : ">9999s"
    }

    private static func scaled(_ value: Double) -> String {
        var rest = value / 1000
        for unit in ["k", "M", "G", "T"] {
            if rest < 999.5 {
                let decimals = rest < 9.995 ? 2 : rest < 99.95 ? 1 : 0
                return fixed(rest, decimals: decimals) + unit
            }
            rest /= 1000
        }
        return ">999T"
    }
}

// MARK: - Times

extension Figures {
    /// How long something lasts or is ago, such as `14s`, `6m15s`, `5h`, `2d`.
    static func age(_ duration: Duration) -> String {
        let seconds = max(duration.wholeMilliseconds / 1000, 0)
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return "\(seconds / 60)m" + twoDigits(seconds % 60) + "s" }
        if seconds < 86_400 { return "\(seconds / 3600)h" + twoDigits(seconds / 60 % 60) + "m" }
        return "\(seconds / 86_400)d"
    }

    /// How long something runs, such as `01:46` or `1:00:05`.
    static func clock(_ duration: Duration) -> String {
        let seconds = max((duration.wholeMilliseconds + 999) / 1000, 0)
        let short = twoDigits(seconds / 60 % 60) + ":" + twoDigits(seconds % 60)
        return seconds < 3600 ? short : "\(seconds / 3600):" + short
    }

    /// The time of day in UTC, such as `12:41:07`.
    static func timeOfDay(_ instant: Timestamp) -> String {
        let day: Int64 = 86_400
        let seconds = ((instant.milliseconds / 1000) % day + day) % day
        return twoDigits(seconds / 3600) + ":" + twoDigits(seconds / 60 % 60) + ":"
            + twoDigits(seconds % 60)
    }

    private static func twoDigits(_ value: Int64) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }
}
