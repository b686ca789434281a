import CutoverScreen
import Testing

struct ThemeLintTests {
    /// Distances that were measured apart from this code: normal, deutan, protan and tritan sight.
    @Test(
        arguments: [
            (0x5AA9FF, 0x5FD787, [96, 80, 82, 17]), (0x5FD787, 0xFF6B6B, [109, 12, 30, 114]),
            (0x56B4E9, 0xE69F00, [113, 111, 102, 87]), (0xF0E442, 0xD55E00, [68, 33, 50, 65]),
        ] as [(UInt32, UInt32, [Double])]
    )
    func distancesAreThoseThatWereMeasured(one: UInt32, other: UInt32, expected: [Double]) {
        for (vision, distance) in zip(ColorVision.allCases, expected) {
            let measured = RGB(one).distance(to: RGB(other), vision: vision)
            #expect(abs(measured - distance) < 1.6, "\(vision)")
        }
    }

    @Test(
        arguments: [
            (0xD8DEE9, 0x11151C, 13.5), (0x5AA9FF, 0x11151C, 7.5), (0xFFFFFF, 0x000000, 21),
            (0x9A5B00, 0xFFFFFF, 5.4), (0x000000, 0x000000, 1),
        ] as [(UInt32, UInt32, Double)]
    )
    func contrastsAreThoseOfWCAG(one: UInt32, other: UInt32, expected: Double) {
        #expect(abs(RGB(one).contrast(with: RGB(other)) - expected) < 0.06)
        #expect(abs(RGB(other).contrast(with: RGB(one)) - expected) < 0.06)
    }

    private let good = [
        "blue = #56b4e9", "green = #e69f00", "blue_fill = #56b4e9", "green_fill = #e69f00",
        "healthy = #56b4e9", "degraded = #f0e442", "unhealthy = #d55e00", "gate_ok = #56b4e9",
        "gate_bad = #d55e00", "selected = #ffffff on #000087", "selected@16 = black on yellow",
        "candidate = #e6e6e6", "step_now = #e6e6e6",
    ]

    @Test func aThemeThatCanBeReadHasNoFindings() throws {
        let theme = try theme(good + ["cvd = yes"])
        let findings = ThemeLint.findings(in: theme)
        #expect(findings.filter { !"\($0)".contains("16 colours") }.isEmpty)
    }

    @Test func wordsThatFadeIntoTheirBackgroundAreFound() throws {
        let theme = try theme(good + ["muted = #555555", "border = #555555"])
        let faults = ThemeLint.findings(in: theme).map(\.description).filter {
            !$0.contains(" on selected")
        }
        #expect(
            faults == [
                "test: muted has a contrast of 2.4, less than 4.5",
                "test: border has a contrast of 2.4, less than 3.0",
            ]
        )
    }

    @Test func statesThatLookAlikeAreFoundForTheEyesThatAThemeClaims() throws {
        let ordinary =
            good.filter { !$0.contains("healthy") && !$0.contains("gate") } + [
                "healthy = #5fd787", "unhealthy = #ff6b6b", "gate_ok = #5fd787",
                "gate_bad = #ff6b6b",
            ]
        #expect(ThemeLint.findings(in: try theme(ordinary)).isEmpty)
        let claims = ThemeLint.findings(in: try theme(ordinary + ["cvd = yes"]))
        #expect(
            claims.contains {
                guard case .distance(.healthy, .unhealthy, .deuteranopia, nil, _) = $0.fault else {
                    return false
                }
                return true
            }
        )
    }

    @Test func colourThatASelectedRowSwallowsIsFound() throws {
        let others = good.filter { !$0.hasPrefix("selected =") }
        let theme = try theme(others + ["selected = #000000 on #56b4e9"])
        let faults = ThemeLint.findings(in: theme).map(\.description)
        #expect(
            faults.contains("test: healthy on selected has a contrast of 1.0, less than 3.0")
        )
    }

    @Test func aCandidateThatLooksLikeTheBlueSideIsFound() throws {
        let others = good.filter { !$0.hasPrefix("candidate") }
        let faults = ThemeLint.findings(in: try theme(others + ["candidate = #56b4e9"]))
        #expect(faults.contains { $0.description.hasPrefix("test: candidate and blue are 0.0") })
    }

    @Test func aSelectionThatCannotBeSeenIsFound() throws {
        let plain = good.filter { !$0.hasPrefix("selected") }
        let findings = ThemeLint.findings(in: try theme(plain + ["selected = #d8dee9"]))
        #expect(findings.first?.description.contains("selected and text are 0.0 apart") == true)
        let reversed = try theme(plain + ["selected = #d8dee9 reverse"])
        #expect(ThemeLint.findings(in: reversed).isEmpty)
    }

    private func theme(_ lines: [String]) throws -> Theme {
        let source = ThemeSource(file: "test.theme", text: completeTheme(replacing: lines))
        let catalog = ThemeCatalog(sources: [source])
        #expect(catalog.diagnostics.isEmpty)
        return try catalog.theme(named: "test")
    }
}
