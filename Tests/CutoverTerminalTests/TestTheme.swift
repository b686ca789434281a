import CutoverScreen

/// Themes for tests, with many pairs of colours.
enum TestTheme {
    /// Every role has a foreground of its own and some have a background.
    static var colorful: Theme {
        get throws {
            let roles = Role.allCases.map { role in
                let red = 0x40 + Int(role.rawValue) * 4
                let color = hex(red) + hex(0xFF - red) + "80"
                let ground = role.rawValue % 5 == 1 ? " on #203040" : ""
                return "\(role.name) = #\(color)\(ground)" + (role.rawValue % 7 == 3 ? " bold" : "")
            }
            let lines = ["name = test", "text = #d8dee9 on #11151c"] + roles.dropFirst()
            let source = ThemeSource(file: "test", text: lines.joined(separator: "\n"))
            return try ThemeCatalog(sources: [source]).theme(named: "test")
        }
    }

    private static func hex(_ value: Int) -> String {
        (value < 16 ? "0" : "") + String(value, radix: 16)
    }
}
