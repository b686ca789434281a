import CutoverScreen
import Testing

struct KeyDecoderTests {
    private func keys(_ text: String, settles: Bool = true) -> [Key] {
        keys(Array(text.utf8), settles: settles)
    }

    private func keys(_ bytes: [UInt8], settles: Bool = true) -> [Key] {
        var decoder = KeyDecoder()
        var keys: [Key] = []
        for byte in bytes {
            keys += decoder.feed(byte)
        }
        return settles ? keys + decoder.settle() : keys
    }

    @Test func ordinaryKeysComeOneByOne() {
        #expect(keys("pé漢👍 ") == ["p", "é", "漢", "👍", " "].map { .character($0) })
        #expect(keys("\t\r\n\u{8}\u{7F}") == [.tab, .enter, .enter, .backspace, .backspace])
        #expect(keys([0x04, 0x0C, 0x00, 0x1F]) == ["d", "l", "@", "_"].map { .control($0) })
    }

    @Test func escapeAloneIsEscape() {
        #expect(keys("\u{1B}") == [.escape])
        #expect(keys("\u{1B}\u{1B}") == [.escape, .escape])
        var decoder = KeyDecoder()
        #expect(decoder.feed(0x1B).isEmpty)
        #expect(decoder.isPending && decoder.isAfterEscape)
        #expect(decoder.settle() == [.escape])
        #expect(!decoder.isPending)
    }

    @Test func escapeWithALetterIsAltAndNotTheLetter() {
        #expect(keys("\u{1B}p") == [.alt("p")])
        #expect(keys("\u{1B}\r") == [.unknown])
    }

    /// Answers that terminals send late, each with letters of keys that move traffic.
    @Test(arguments: [
        "\u{1B}[?1;2c", "\u{1B}[>41;354;0c", "\u{1B}[24;80R", "\u{1B}[?2026;2$y", "\u{1B}[99;5u",
        "\u{1B}]11;rgb:cccc/dddd/pppp\u{7}", "\u{1B}]11;rgb:cccc/dddd/pppp\u{1B}\\",
        "\u{1B}P1$r0m\u{1B}\\", "\u{1B}P>|cpr d\u{1B}\\", "\u{1B}_Gi=1;OK\u{1B}\\", "\u{1B}Op",
        "\u{1B}[[c", "\u{1B}[<0;3;4M", "\u{1B}[I", "\u{1B}]52;c;cHdu\u{7}",
    ])
    func reportsOfTheTerminalNeverCountAsKeys(report: String) {
        #expect(keys(report + "j") == [.unknown, .character("j")])
        for cut in 1..<report.utf8.count {
            var decoder = KeyDecoder()
            let all = report.utf8.prefix(cut).flatMap { decoder.feed($0) } + decoder.settle()
            #expect(
                all.allSatisfy { key in
                    if case .character = key { return false }
                    return true
                },
                "\(report) cut after \(cut)"
            )
        }
    }

    @Test func aKeyWithinASequenceEndsIt() {
        var decoder = KeyDecoder()
        _ = decoder.feed(0x1B)
        #expect(decoder.feed(.up) == [.unknown])
        _ = decoder.feed(0x1B)
        _ = decoder.feed(UInt8(ascii: "["))
        #expect(decoder.feed(.up) == [.unknown, .up])
        #expect(decoder.feed(.up) == [.up])
    }

    @Test func bytesThatAreNotUTF8AreNoKeys() {
        #expect(keys([0xFF, 0x70]) == [.unknown, .character("p")])
        #expect(keys([0xC3, 0x70]) == [.unknown, .character("p")])
        #expect(keys([0xE6, 0xBC]) == [.unknown])
        #expect(keys([0xC2, 0x9B]) == [.unknown])
        #expect(keys([0xED, 0xA0, 0x80]) == [.unknown])
        #expect(keys([0xE2, 0x80, 0xAE]) == [.unknown])
    }
}
