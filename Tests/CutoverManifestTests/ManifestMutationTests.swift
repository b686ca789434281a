import CutoverManifest
import Testing

/// Manifests that have been damaged at random.
@Suite struct ManifestMutationTests {
    @Test func noDamageCrashesOrIsPassedOver() {
        var generator = SeededGenerator(seed: 20_240_607)
        var sound = 0
        var broken = 0
        for round in 0..<3_000 {
            let text = Self.damaged(FullManifest.text, using: &generator)
            let result = Manifest.parse(text: text, path: "/srv/shop/cutover.yaml")
            #expect(
                (result.configuration != nil) == (result.errorCount == 0),
                "round \(round):\n\(text)"
            )
            let report = result.report
            #expect(report.isEmpty == result.diagnostics.isEmpty)
            #expect(!report.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
            sound += result.configuration == nil ? 0 : 1
            broken += result.configuration == nil ? 1 : 0
        }
        // Both sides are reached: most damage is found, and some is harmless.
        #expect(sound > 100)
        #expect(broken > 1_000)
    }

    @Test func everyBeginningOfAManifestIsAnswered() {
        let scalars = Array(FullManifest.text.unicodeScalars)
        for length in stride(from: 0, to: scalars.count, by: 7) {
            let text = String(String.UnicodeScalarView(scalars[..<length]))
            let result = Manifest.parse(text: text, path: "x.yaml")
            #expect((result.configuration != nil) == (result.errorCount == 0), "\(length)")
        }
    }

    private static let splinters = [
        "\t", "\n", " ", "  ", ":", ": ", "- ", "[", "]", "{", "}", "\"", "'", "#", " #", "&a ",
        "*a",
        "*a: ", "? ", "| ", "> ", "!tag ", "%", "@", "~", "null", "-", "---\n", "...\n", "${", "0",
        "9",
        "s", "h", ",", "\u{0}", "\u{1B}", "\u{7F}", "\u{85}", "\u{2028}", "\u{FEFF}", "\u{E000}",
        "\u{1F600}", "\r", "\r\n", "<<: ", "é", "\\", "\\x", "9999999999",
    ]

    private static func damaged(_ text: String, using generator: inout SeededGenerator) -> String {
        var text = text
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            text =
                Bool.random(using: &generator)
                ? damagedLines(text, using: &generator) : damagedScalars(text, using: &generator)
        }
        return text
    }

    private static func damagedLines(
        _ text: String,
        using generator: inout SeededGenerator
    ) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let first = Int.random(in: lines.indices, using: &generator)
        let second = Int.random(in: lines.indices, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: lines.remove(at: first)
        case 1: lines.insert(lines[first], at: second)
        case 2: lines.swapAt(first, second)
        case 3: lines[first] = "  " + lines[first]
        default: lines[first] = String(lines[first].dropFirst(2))
        }
        return lines.joined(separator: "\n")
    }

    private static func damagedScalars(
        _ text: String,
        using generator: inout SeededGenerator
    ) -> String {
        var scalars = Array(text.unicodeScalars)
        let place = Int.random(in: scalars.indices, using: &generator)
        let splinter = splinters.randomElement(using: &generator) ?? "x"
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: scalars.remove(at: place)
        case 1: scalars.insert(contentsOf: splinter.unicodeScalars, at: place)
        default:
            let end = min(scalars.count, place + Int.random(in: 1...8, using: &generator))
            scalars.replaceSubrange(place..<end, with: splinter.unicodeScalars)
        }
        return String(String.UnicodeScalarView(scalars))
    }
}

/// SplitMix64: the same numbers from the same seed, everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
