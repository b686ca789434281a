import CutoverScreen
import Testing

struct SanitizerTests {
    @Test(arguments: [
        ("plain text", "plain text"),
        ("a\tb", "a b"),
        ("\u{1B}[2J", "^[[2J"),
        ("\u{1B}]0;PWNED\u{07}", "^[]0;PWNED^G"),
        ("a\u{00}b\u{7F}", "a^@b^?"),
        ("ERROR bad\rOK fine\n", "ERROR bad^MOK fine^J"),
        ("\u{9B}2J", "<U+009B>2J"),
        ("a\u{85}b", "a<U+0085>b"),
        ("abc\u{202E}gnp.exe", "abc<U+202E>gnp.exe"),
        ("\u{2067}abc", "<U+2067>abc"),
        ("a\u{200B}b\u{200D}c", "a<U+200B>b<U+200D>c"),
        ("\u{FEFF}x", "<U+FEFF>x"),
        ("a\u{2028}b\u{2029}", "a<U+2028>b<U+2029>"),
        ("\u{E0041}", "<U+E0041>"),
        ("❤\u{FE0F}", "❤<U+FE0F>"),
        ("\u{E0B0}", "<U+E0B0>"),
        ("\u{FFFF}", "<U+FFFF>"),
        ("a\u{AD}b", "a<U+00AD>b"),
        ("\u{3164}", "<U+3164>"),
        ("👍\u{1F3FD}", "👍<U+1F3FD>"),
        ("漢字 é", "漢字 é"),
    ])
    func whatHidesOrSteersIsSpelledOut(input: String, shown: String) {
        #expect(Sanitizer.sanitize(input) == shown)
        #expect(Sanitizer.sanitize(bytes: input.utf8) == shown)
    }

    @Test(
        arguments: [
            ([0xFF, 0xFE, 0xFA], "<FF><FE><FA>"),
            ([0xC0, 0xAF], "<C0><AF>"),
            ([0xC1, 0x9B, 0x5B], "<C1><9B>["),
            ([0xED, 0xA0, 0x80], "<ED><A0><80>"),
            ([0xE6, 0xBC], "<E6><BC>"),
            ([0xF8, 0x88, 0x80, 0x80, 0x80], "<F8><88><80><80><80>"),
            ([0xE0, 0x80, 0x80], "<E0><80><80>"),
            ([0xF4, 0x90, 0x80, 0x80], "<F4><90><80><80>"),
            ([0xE6, 0x1B, 0x5B, 0x32, 0x4A, 0xBC], "<E6>^[[2J<BC>"),
            ([0x61, 0xE6, 0xBC, 0xA2, 0x62], "a漢b"),
        ] as [([UInt8], String)]
    )
    func everyByteThatIsNotUTF8IsSpelledOut(input: [UInt8], shown: String) {
        #expect(Sanitizer.sanitize(bytes: input) == shown)
    }

    @Test func aHeapOfMarksIsCutToOne() {
        let heap = "e" + String(repeating: "\u{301}", count: 500) + "f"
        #expect(Sanitizer.sanitize(heap) == "e\u{301}f")
    }

    @Test func theLengthIsCappedByColumns() {
        #expect(Sanitizer.sanitize("abcdef", limit: 4) == "abc…")
        #expect(Sanitizer.sanitize("漢字漢", limit: 4) == "漢…")
        #expect(Sanitizer.sanitize("漢字", limit: 4) == "漢字")
        #expect(Sanitizer.sanitize("abc\u{1B}", limit: 4) == "abc…")
    }

    /// An endless source stands for a line of any length.
    @Test func aHugeLineIsReadNoFurtherThanShown() {
        let endless = sequence(first: UInt8(0x1B)) { $0 }
        let shown = Sanitizer.sanitize(bytes: endless, limit: 10)
        #expect(shown == "^[^[^[^[^…")
    }

    /// Any bytes at all come out displayable, within the limit, and unchanged by a second pass.
    @Test func whateverComesInIsSafeToShow() {
        var random = SplitMix(seed: 5)
        for _ in 0..<2_000 {
            let bytes = (0..<random.below(60)).map { _ in
                // Half of the bytes are from the ranges where sequences begin and go on.
                random.below(2) == 0 ? UInt8(random.below(256)) : UInt8(0x80 + random.below(128))
            }
            let limit = 1 + random.below(80)
            let shown = Sanitizer.sanitize(bytes: bytes, limit: limit)
            let isSafe = shown.unicodeScalars.allSatisfy { $0.isDisplayable }
            #expect(isSafe)
            #expect(shown.displayWidth <= limit)
            #expect(Sanitizer.sanitize(shown, limit: limit) == shown)
        }
    }
}
