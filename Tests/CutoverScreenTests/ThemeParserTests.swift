import CutoverScreen
import Testing

struct ThemeParserTests {
    private func faults(_ text: String) -> [String] {
        ThemeCatalog(sources: [ThemeSource(file: "x.theme", text: text)]).diagnostics.map(
            \.description
        )
    }

    @Test func commentsAndBlankLinesAreFine() {
        let text = "# A comment.\n\n   # Another.\n" + completeTheme(replacing: ["live=#ffffff"])
        #expect(faults(text).isEmpty)
    }

    @Test func allFaultsAreReportedAtOnceWithTheirPlaces() {
        let text = completeTheme(replacing: [
            "helthy = #ffffff", "border = #12345", "  muted = purple", "title = 300",
            "match = on", "live = red blue", "stale = red on blue on green", "green", "blue =",
            "mode = drak", "changed@8 = bold", "frozen@mono = red", "text = #d8dee9 on #11151c",
        ])
        #expect(
            faults(text) == [
                "x.theme:3:1: there is no role `helthy`; did you mean `healthy`?",
                "x.theme:4:10: `#12345` is not a colour; write six hexadecimal digits after `#`",
                "x.theme:5:11: `purple` is no colour",
                "x.theme:6:9: `300` is not a colour; numbers go from 0 to 255",
                "x.theme:7:9: a colour has to follow `on`",
                "x.theme:8:12: `blue` is a second colour; write `on` before it",
                "x.theme:9:21: `on` stands twice",
                "x.theme:10:1: expected `key = value`",
                "x.theme:11:1: `blue` has no value",
                "x.theme:12:1: `mode` is already set in line 2",
                "x.theme:12:8: `drak` is none of: dark, light, any",
                "x.theme:13:9: `@8` is none of: @16, @mono",
                "x.theme:14:15: `frozen@mono` can have attributes only, no colour",
                "x.theme:16:1: `muted` is already set in line 5",
            ]
        )
    }

    @Test func wordsAreSuggestedWhereTheyAreNear() {
        #expect(
            faults(completeTheme(replacing: ["live = bright_rde", "paint_backgroud = yes"])) == [
                "x.theme:3:8: `bright_rde` is no colour; did you mean `bright_red`?",
                "x.theme:4:1: there is no role `paint_backgroud`; "
                    + "did you mean `paint_background`?",
            ]
        )
    }

    @Test func missingRolesAreListedTogether() {
        let lines = completeTheme().split(separator: "\n").filter {
            !$0.hasPrefix("live") && !$0.hasPrefix("gate_bad")
        }
        #expect(
            faults(lines.joined(separator: "\n"))
                == ["x.theme:43:1: roles are missing: `live`, `gate_bad`"]
        )
    }

    @Test func aThemeNeedsAName() {
        #expect(
            faults("mode = dark\n").first
                == "x.theme:1:1: the theme has no name; write `name = NAME`"
        )
    }

    @Test func controlCharactersInAFileDoNotReachTheTerminal() {
        let faults = faults(completeTheme(replacing: ["\u{1B}[2J = red"]))
        #expect(faults == ["x.theme:3:1: there is no role `^[[2J`"])
    }

    @Test func aThemeInheritsWhatItDoesNotSay() throws {
        let catalog = ThemeCatalog(sources: [
            ThemeSource(
                file: "child.theme",
                text: "name = child\ninherits = base\nlive = #ff0000\n"
            ),
            ThemeSource(
                file: "base.theme",
                text: completeTheme(
                    name: "base",
                    replacing: ["live@16 = blue", "title@16 = red", "cvd = yes"]
                )
            ),
        ])
        #expect(catalog.diagnostics.isEmpty)
        let child = try catalog.theme(named: "child")
        #expect(child.mode == .dark)
        #expect(!child.isColorVisionSafe)
        #expect(child.style(of: .live).foreground == .rgb(RGB(0xFF0000)))
        #expect(child.style(of: .live, depth: .colors16).foreground == .indexed(9))
        #expect(child.style(of: .title, depth: .colors16).foreground == .indexed(1))
    }

    @Test func inheritanceWithoutEndOrTargetIsReported() {
        let catalog = ThemeCatalog(sources: [
            ThemeSource(file: "a.theme", text: "name = a\ninherits = b\n"),
            ThemeSource(file: "b.theme", text: "name = b\ninherits = a\n"),
            ThemeSource(file: "c.theme", text: "name = c\ninherits = bsae\n"),
            ThemeSource(file: "base.theme", text: completeTheme(name: "base")),
        ])
        let messages = catalog.diagnostics.map(\.description)
        #expect(messages.contains { $0.hasPrefix("a.theme:2:12: themes inherit in a circle") })
        #expect(
            messages.contains(
                "c.theme:2:12: there is no theme `bsae` without faults to inherit; "
                    + "did you mean `base`?"
            )
        )
        #expect(catalog.themes.keys.sorted() == ["base"])
    }

    @Test func anUnknownThemeNamesThoseThereAre() {
        let catalog = ThemeCatalog(sources: [
            ThemeSource(file: "m.theme", text: completeTheme(name: "midnight")),
            ThemeSource(file: "d.theme", text: completeTheme(name: "daylight")),
        ])
        let error = #expect(throws: UnknownTheme.self) { try catalog.theme(named: "midnigt") }
        #expect(
            error?.description == "there is no theme `midnigt`; did you mean `midnight`? "
                + "The themes are: daylight, midnight."
        )
        let other = #expect(throws: UnknownTheme.self) { try catalog.theme(named: "x") }
        #expect(
            other?.description
                == "there is no theme `x`. The themes are: daylight, midnight."
        )
    }

    @Test func theLaterThemeOfANameWins() throws {
        let catalog = ThemeCatalog(sources: [
            ThemeSource(file: "shipped", text: completeTheme()),
            ThemeSource(file: "own", text: completeTheme(replacing: ["live = #00ff00"])),
        ])
        let theme = try catalog.theme(named: "test")
        #expect(theme.style(of: .live).foreground == .rgb(RGB(0x00FF00)))
    }
}
