extension Duration {
    /// The duration for people, in whole seconds and at most two units, such as `30s`, `9m30s`,
    /// `1h` or `2d`.
    package var words: String {
        let seconds = wholeMilliseconds / 1000
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return Self.words(seconds / 60, "m", seconds % 60, "s") }
        if seconds < 86_400 { return Self.words(seconds / 3600, "h", seconds / 60 % 60, "m") }
        return Self.words(seconds / 86_400, "d", seconds / 3600 % 24, "h")
    }

    private static func words(
        _ large: Int64,
        _ unit: String,
        _ rest: Int64,
        _ small: String
    )
        -> String
    {
        "\(large)\(unit)" + (rest == 0 ? "" : "\(rest)\(small)")
    }
}
