extension Color {
    /// The 16 colours that a terminal's owner chooses, in the order of their numbers.
    static let names = [
        "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
        "bright_black", "bright_red", "bright_green", "bright_yellow",
        "bright_blue", "bright_magenta", "bright_cyan", "bright_white",
    ]

    /// The colour that theme files write as `#rrggbb`, `0` to `255`, a name, or `default`.
    init?(themeWord word: String) {
        if word == "default" {
            self = .default
        } else if let number = Self.names.firstIndex(of: word) {
            self = .indexed(UInt8(number))
        } else if let first = word.utf8.first, (0x30...0x39).contains(first) {
            guard let number = UInt8(word) else { return nil }
            self = .indexed(number)
        } else {
            let digits = word.dropFirst()
            guard word.first == "#", digits.utf8.count == 6, digits.first != "+",
                let value = UInt32(digits, radix: 16)
            else { return nil }
            self = .rgb(RGB(value))
        }
    }
}
