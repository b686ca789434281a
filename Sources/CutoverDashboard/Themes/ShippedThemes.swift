package import CutoverScreen

/// The themes of the folder `themes/`, which are part of the binary.
package enum ShippedThemes {
    /// The texts, in the order of their names.
    package static let sources = [
        source("contrast-dark", PackageResources.contrast_dark_theme),
        source("cvd-blueyellow", PackageResources.cvd_blueyellow_theme),
        source("cvd-redgreen", PackageResources.cvd_redgreen_theme),
        source("daylight", PackageResources.daylight_theme),
        source("midnight", PackageResources.midnight_theme),
        source("mono", PackageResources.mono_theme),
        source("terminal", PackageResources.terminal_theme),
    ]

    /// The shipped themes and those of the operator, who may replace a shipped one by its name.
    package static func catalog(with own: [ThemeSource] = []) -> ThemeCatalog {
        ThemeCatalog(sources: sources + own)
    }

    /// Which theme to start with.
    ///
    /// - Parameters:
    ///   - asked: The name that the operator asked for; `auto` or nil leaves the choice open.
    ///   - environment: Of the process. `NO_COLOR` that is not empty wins over everything;
    ///     `COLORFGBG` tells a light background from a dark one.
    /// - Returns: A name, which need not be a theme's if `asked` is none.
    package static func name(asked: String?, environment: [String: String]) -> String {
        if let noColor = environment["NO_COLOR"], !noColor.isEmpty { return "mono" }
        if let asked, asked != "auto" { return asked }
        let background = environment["COLORFGBG"]?.split(separator: ";").last.flatMap { Int($0) }
        // Of the 16 colours 7 and 15 are the white ones.
        return background == 7 || background == 15 ? "daylight" : "midnight"
    }

    private static func source(_ name: String, _ bytes: [UInt8]) -> ThemeSource {
        ThemeSource(file: "themes/\(name).theme", text: String(decoding: bytes, as: UTF8.self))
    }
}
