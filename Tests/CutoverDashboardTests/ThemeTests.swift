import CutoverScreen
import Foundation
import Testing

@testable import CutoverDashboard

@Suite struct ThemeTests {
    @Test func everyFileOfTheFolderIsInTheBinary() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "themes")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(files == ShippedThemes.sources.map { String($0.file.dropFirst("themes/".count)) })
        for source in ShippedThemes.sources {
            let name = String(source.file.dropFirst("themes/".count))
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            #expect(text == source.text)
        }
    }

    @Test func everyShippedThemeIsReadWithoutAFault() {
        let catalog = ShippedThemes.catalog()
        #expect(catalog.diagnostics.map(\.description) == [])
        #expect(catalog.themes.count == ShippedThemes.sources.count)
    }

    @Test func everyShippedThemePassesTheLint() {
        for (_, theme) in ShippedThemes.catalog().themes.sorted(by: { $0.key < $1.key }) {
            #expect(ThemeLint.findings(in: theme).map(\.description) == [])
        }
    }

    @Test func theColourBlindThemesClaimIt() throws {
        let catalog = ShippedThemes.catalog()
        for name in ["cvd-redgreen", "cvd-blueyellow"] {
            #expect(try catalog.theme(named: name).isColorVisionSafe)
        }
    }

    @Test func aThemeOfTheOperatorTakesTheShippedOnesPlace() throws {
        let own = ThemeSource(
            file: "own.theme",
            text: "name = midnight\ninherits = daylight\ntext = #101010 on #ffffff\n"
        )
        let theme = try ShippedThemes.catalog(with: [own]).theme(named: "midnight")
        #expect(theme.mode == .light)
    }

    @Test(
        arguments: [
            ("daylight", ["NO_COLOR": "1"], "mono"),
            ("daylight", ["NO_COLOR": ""], "daylight"),
            (nil, ["COLORFGBG": "0;15"], "daylight"),
            ("auto", ["COLORFGBG": "15;0"], "midnight"),
            (nil, [:], "midnight"),
        ] as [(String?, [String: String], String)]
    )
    func theThemeFollowsWhatIsAskedAndTheEnvironment(
        asked: String?,
        environment: [String: String],
        name: String
    ) {
        #expect(ShippedThemes.name(asked: asked, environment: environment) == name)
    }
}
