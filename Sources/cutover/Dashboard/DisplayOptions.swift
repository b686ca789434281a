import ArgumentParser
import CutoverDashboard
import CutoverScreen
import CutoverTerminal
import Foundation

/// How the screen looks.
struct DisplayOptions: ParsableArguments {
    @Option(help: "The theme. An unknown name lists them.")
    var theme: String?

    @Flag(help: "Draw with ASCII signs only, as without a UTF-8 locale.")
    var ascii = false

    @Flag(name: .customLong("no-color"), help: "Draw without colours, as with NO_COLOR set.")
    var noColor = false

    var glyphs: Glyphs { ascii || !Terminal.isUnicodeLocale ? .ascii : .unicode }

    /// No colours were asked for, by flag or by https://no-color.org.
    var isMono: Bool {
        let variable = ProcessInfo.processInfo.environment["NO_COLOR"] ?? ""
        return noColor || !variable.isEmpty
    }

    /// The themes of the binary, and those in `$XDG_CONFIG_HOME/cutover/themes`, which win.
    var themes: ThemeCatalog { ShippedThemes.catalog(with: Self.userThemes()) }

    /// The theme to begin with.
    ///
    /// - Throws: a validation error that lists the themes, when there is none of that name.
    func chosenTheme() throws -> Theme {
        let name = ShippedThemes.name(
            asked: isMono ? "mono" : theme,
            environment: ProcessInfo.processInfo.environment
        )
        do {
            return try themes.theme(named: name)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    /// Makes sure that there can be a screen, before anything is started for one.
    ///
    /// - Throws: a validation error for an unknown theme; ``ExitStatus/usage``, after the reason
    ///   was printed, without a usable terminal.
    func checkScreen() throws {
        _ = try chosenTheme()
        do {
            try Terminal.checkUsable()
        } catch {
            complain(
                "\(error). Without a screen there are `cutover run`, `cutover status` and "
                    + "`cutover --once`"
            )
            throw ExitStatus.usage.code
        }
    }

    private static func userThemes() -> [ThemeSource] {
        let environment = ProcessInfo.processInfo.environment
        let base = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
        let home = environment["HOME"] ?? "/"
        let folder = "\(base ?? "\(home)/.config")/cutover/themes"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().filter { $0.hasSuffix(".theme") }.compactMap { name in
            let path = "\(folder)/\(name)"
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
            return ThemeSource(file: path, text: text)
        }
    }
}
