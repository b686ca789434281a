import CutoverManifest
import Testing

/// How values are written.
@Suite struct LiteralTests {
    @Test func durationsHaveUnits() throws {
        let durations: [String: Duration] = [
            "0s": .zero, "250ms": .milliseconds(250), "30s": .seconds(30), "5m": .seconds(300),
            "1h": .seconds(3_600), "1h30m": .seconds(5_400), "1m500ms": .milliseconds(60_500),
            "1h1m1s1ms": .milliseconds(3_661_001), "1.5s": .milliseconds(1_500),
            "0.25h": .seconds(900), "90s": .seconds(90), "008s": .seconds(8),
        ]
        for (text, duration) in durations {
            #expect(try DurationLiteral.parse(text) == duration, "\(text)")
        }
    }

    @Test func whatIsNoDurationIsSaidPrecisely() {
        let faults: [String: DurationLiteral.Fault] = [
            "30": .noUnit, "1.5": .noUnit, "": .notADuration, "s": .notADuration,
            "-1s": .notADuration, "+1s": .notADuration, "1h30": .notADuration,
            "30 s": .unknownUnit(" s", write: "30s"), "30S": .unknownUnit("S", write: "30s"),
            "2min": .unknownUnit("min", write: "2m"), "1d": .unknownUnit("d", write: "24h"),
            "1.5days": .unknownUnit("days", write: "36h"), "5us": .unknownUnit("us", write: nil),
            "1s1m": .outOfOrder, "1m1m": .outOfOrder, "1.5h30m": .notADuration,
            "0.1ms": .notADuration, "1.2345s": .notADuration, "1..5s": .notADuration,
            "9999999999h": .notADuration, "1٣s": .notADuration, "1s ": .notADuration,
        ]
        for (text, fault) in faults {
            #expect(throws: fault, "\(text)") { try DurationLiteral.parse(text) }
        }
    }

    @Test func durationsAreReadAsTheyArePrinted() throws {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            let duration = Duration.milliseconds(Int.random(in: 0...200_000_000, using: &generator))
            #expect(try DurationLiteral.parse(DurationLiteral.text(duration)) == duration)
        }
    }

    @Test func percentagesHaveTheirSign() {
        let shares: [String: Double?] = [
            "5%": 0.05, "0.5%": 0.005, "100%": 1, "0%": 0, "99.9%": 0.999, "5": nil, "%": nil,
            "-5%": nil, "1e2%": nil, ".5%": nil, "5.%": nil, "5 %": nil, "0x5%": nil, "inf%": nil,
        ]
        for (text, share) in shares {
            #expect(PercentageLiteral.parse(text) == share, "\(text)")
        }
    }

    @Test func sharesOfInstancesAreRoundedAsAsked() throws {
        let cases: [(String, Int, InstanceShare.Rounding, Int)] = [
            ("2", 6, .up, 2), ("25%", 6, .up, 2), ("25%", 6, .down, 1), ("30%", 10, .up, 3),
            ("30%", 10, .down, 3), ("1%", 4, .up, 1), ("1%", 4, .down, 0), ("100%", 7, .up, 7),
            ("0%", 7, .up, 0), ("33.3%", 3, .up, 1),
        ]
        for (text, count, rounding, expected) in cases {
            let share = try #require(InstanceShare(text))
            #expect(
                share.resolved(of: count, rounding: rounding) == expected,
                "\(text) of \(count)"
            )
        }
        #expect(InstanceShare("101%") == nil)
        #expect(InstanceShare("-1") == nil)
        #expect(InstanceShare("some") == nil)
    }

    @Test func rangesRunUpwards() {
        #expect(NumberRange.parse("9100-9199") == 9_100...9_199)
        #expect(NumberRange.parse("200") == 200...200)
        #expect(NumberRange.parse("9100 - 9199") == 9_100...9_199)
        for text in ["", "-", "9199-9100", "1-2-3", "a-b", "-5", "1-", "1e3-2e3"] {
            #expect(NumberRange.parse(text) == nil, "\(text)")
        }
    }

    @Test func addressesAreAnIPv4HostAndAPort() throws {
        #expect(try ListenAddress("127.0.0.1:80").text == "127.0.0.1:80")
        #expect(try ListenAddress("localhost:80").text == "127.0.0.1:80")
        let faults: [String: ListenAddress.Fault] = [
            "8080": .notAnAddress(write: "127.0.0.1:8080"),
            ":8080": .notAnAddress(write: "0.0.0.0:8080"),
            "*:8080": .notAnAddress(write: "0.0.0.0:8080"),
            "127.0.0.1": .notAnAddress(write: "127.0.0.1:8080"),
            "here": .notAnAddress(write: nil), "127.0.0.1:http": .notAnAddress(write: nil),
            "127.0.0.1:0": .portOutOfRange, "127.0.0.1:65536": .portOutOfRange,
            "127.0.0.01:80": .hostIsNoIPv4("127.0.0.01"),
            "256.0.0.1:80": .hostIsNoIPv4("256.0.0.1"), "1.2.3:80": .hostIsNoIPv4("1.2.3"),
            "shop.example:80": .hostIsNoIPv4("shop.example"), "[::]:80": .hostIsNoIPv4("[::]"),
        ]
        for (text, fault) in faults {
            #expect(throws: fault, "\(text)") { try ListenAddress(text) }
        }
    }

    @Test func namesAreSafeInPathsAndOnScreen() {
        for name in ["web", "web-1", "a.b_c", "-x", String(repeating: "x", count: 64)] {
            #expect(NameRule.service.admits(name), "\(name)")
        }
        for name in ["", ".", "..", "a/b", "a b", "é", "a\n", String(repeating: "x", count: 65)] {
            #expect(!NameRule.service.admits(name), "\(name)")
        }
        for name in ["v1", "registry/shop@sha256:ab+1", "2024.10"] {
            #expect(NameRule.release.admits(name), "\(name)")
        }
        for name in ["", "-v1", "v 1", "v1;rm", "$(v1)", "..", String(repeating: "x", count: 129)] {
            #expect(!NameRule.release.admits(name), "\(name)")
        }
    }

    @Test func variablesAreFoundWhereverTheyStand() {
        #expect(InstanceVariables.faults(in: "a ${port} b ${slot}$ {x} $x") == [])
        #expect(
            InstanceVariables.faults(in: "${prot}${PORT}") == [.unknown("prot"), .unknown("PORT")]
        )
        #expect(InstanceVariables.faults(in: "${port} ${") == [.unclosed])
        #expect(InstanceVariables.faults(in: "${${port}}") == [.unknown("${port")])
    }
}
