import Testing

@testable import CutoverScreen

/// The lines of a theme in which every role has a colour.
func completeTheme(name: String = "test", replacing lines: [String] = []) -> String {
    let replaced = Set(lines.map { $0.prefix { $0 != " " && $0 != "=" } })
    let roles = Role.allCases.map(\.name).filter { !replaced.contains($0[...]) }
    let all =
        ["name = \(name)", "mode = dark"] + lines
        + roles.map { $0 == "text" ? "text = #d8dee9 on #11151c" : "\($0) = #d8dee9" }
    return all.joined(separator: "\n") + "\n"
}

func theme(_ lines: String...) throws -> Theme {
    let source = ThemeSource(file: "test.theme", text: completeTheme(replacing: lines))
    let catalog = ThemeCatalog(sources: [source])
    #expect(catalog.diagnostics.isEmpty)
    return try catalog.theme(named: "test")
}

struct ThemeTests {
    @Test func colorsAreHexNumbersNamesOrDefault() throws {
        let theme = try theme(
            "title = #5aa9ff bold",
            "muted = 244",
            "header = bright_red on blue",
            "border = default",
            "live = underline",
            "selected = 0 on #FFFFFF bold reverse # why"
        )
        #expect(theme.style(of: .title).foreground == .rgb(RGB(0x5AA9FF)))
        #expect(theme.style(of: .title).attributes == .bold)
        #expect(theme.style(of: .muted).foreground == .indexed(244))
        #expect(
            theme.style(of: .header) == Style(foreground: .indexed(9), background: .indexed(4))
        )
        #expect(theme.style(of: .border).foreground == .default)
        #expect(theme.style(of: .selected).attributes == [.bold, .reverse])
    }

    @Test func whatARoleLeavesOpenIsAsInText() throws {
        let theme = try theme("live = underline", "title = #5aa9ff")
        let text = theme.style(of: .text)
        #expect(
            theme.style(of: .live)
                == Style(
                    foreground: text.foreground,
                    background: text.background,
                    attributes: .underline
                )
        )
        #expect(theme.style(of: .title).background == text.background)
    }

    @Test func rgbBecomesTheNearestFixedColor() {
        let known: [(UInt32, UInt8)] = [
            (0xD8DEE9, 253), (0x5AA9FF, 75), (0x5FD787, 78), (0xFFB454, 215), (0xFF6B6B, 203),
            (0x1F2430, 235), (0x005FCC, 26), (0xC4161C, 124), (0x56B4E9, 74), (0xE69F00, 214),
            (0xF0E442, 227), (0xD55E00, 166), (0x7FC4FF, 117), (0x7DFF7D, 120), (0xFF8787, 210),
        ]
        for (rgb, index) in known {
            #expect(ColorDepth.colors256.reduce(.rgb(RGB(rgb))) == .indexed(index))
        }
    }

    /// Over all depths and a grid of colours, nothing is left that a terminal could not show.
    @Test func reducedColorsFitTheDepth() {
        for depth in ColorDepth.allCases {
            for red in stride(from: UInt32(0), to: 256, by: 51) {
                for green in stride(from: UInt32(0), to: 256, by: 51) {
                    let color = Color.rgb(RGB(red << 16 | green << 8 | 0x66))
                    #expect(isShown(depth.reduce(color), at: depth))
                }
            }
            for number in UInt8.min...UInt8.max {
                #expect(isShown(depth.reduce(.indexed(number)), at: depth))
            }
            #expect(depth.reduce(.default) == .default)
        }
    }

    private func isShown(_ color: Color, at depth: ColorDepth) -> Bool {
        switch color {
        case .default: depth == .mono
        case .indexed(let number): Int(number) < depth.rawValue
        case .rgb: false
        }
    }

    @Test func theLargestDepthThatFitsIsChosen() {
        let chosen = [-1, 0, 2, 8, 15, 16, 64, 88, 256, 1 << 24].map { ColorDepth(colors: $0) }
        #expect(
            chosen == [
                .mono, .mono, .mono, .colors8, .colors8, .colors16, .colors16, .colors88,
                .colors256, .colors256,
            ]
        )
    }

    @Test func textStaysReadableWhenBothColorsAreReduced() throws {
        let theme = try theme("text = #c0c0d0 on #202030", "muted = #6a6a80", "title = #404860")
        for depth in [ColorDepth.colors8, .colors16, .colors88, .colors256] {
            let style = theme.style(of: .muted, depth: depth)
            let front = try #require(depth.appearance(of: style.foreground))
            let back = try #require(depth.appearance(of: style.background))
            #expect(front.contrast(with: back) >= 2.9, "\(depth)")
        }
    }

    @Test func fewerColorsCanBeOverridden() throws {
        let theme = try theme(
            "header = #ffffff on #101010",
            "header@16 = black on bright_cyan",
            "header@mono = underline"
        )
        #expect(
            theme.style(of: .header, depth: .colors16)
                == Style(foreground: .indexed(0), background: .indexed(14))
        )
        #expect(
            theme.style(of: .header, depth: .colors8)
                == Style(foreground: .indexed(0), background: .indexed(6))
        )
        #expect(theme.style(of: .header, depth: .mono) == Style(attributes: .underline))
        #expect(theme.style(of: .header, depth: .colors256).background == .indexed(233))
    }

    @Test func withoutColorsABackgroundOfItsOwnIsReversed() throws {
        let theme = try theme("selected = #000000 on #ffffff bold")
        #expect(theme.style(of: .selected, depth: .mono) == Style(attributes: [.bold, .reverse]))
        #expect(theme.style(of: .text, depth: .mono) == Style())
    }

    @Test func aBackgroundThatIsNotPaintedIsTheTerminals() throws {
        let theme = try theme("paint_background = no", "selected = #000000 on #ffffff")
        #expect(theme.style(of: .muted, depth: .colors256).background == .default)
        #expect(theme.style(of: .selected, depth: .colors256).background == .indexed(231))
    }
}
