import CutoverScreen
import Testing

struct TextTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("ｶﾞ", 2), ("Ａ", 2),
        ("●○◐◌▲▽✓✗‖", 9), ("▁▂▃▄▅▆▇█", 8), ("─│┌┐→…⏎›", 8), ("👍", 2), ("한국", 4),
        ("\u{1B}", 1), ("नि", 2), ("🟢", 2), ("⚡", 2), ("\u{1F1E9}\u{1F1EA}", 2),
    ])
    func widthsAreThoseOfATerminal(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test func noGlyphIsWideOrEmojiCapable() {
        for glyphs in [Glyphs.unicode, .ascii] {
            for child in Mirror(reflecting: glyphs).children {
                let signs = child.value as? [String] ?? [child.value as? String].compactMap { $0 }
                #expect(!signs.isEmpty)
                for scalar in signs.joined().unicodeScalars {
                    #expect(scalar.displayWidth == 1)
                    #expect(scalar.isASCII || !scalar.properties.isEmoji)
                    #expect(glyphs == .unicode || scalar.isASCII)
                }
            }
        }
    }

    @Test func statesStayDistinctInBothSets() {
        for glyphs in [Glyphs.unicode, .ascii] {
            let states = [
                glyphs.starting, glyphs.warming, glyphs.healthy, glyphs.degraded,
                glyphs.unhealthy, glyphs.draining, glyphs.stopped,
            ]
            #expect(Set(states).count == states.count)
            let steps = [
                glyphs.stepDone, glyphs.stepNow, glyphs.stepHeld, glyphs.stepTodo,
                glyphs.stepFailed,
            ]
            #expect(Set(steps).count == steps.count)
            #expect(glyphs.blueFill != glyphs.greenFill)
        }
    }

    @Test func longTextEndsWithAnEllipsis() {
        #expect("abcdef".truncated(to: 4) == "abc…")
        #expect("abcd".truncated(to: 4) == "abcd")
        #expect("漢字漢".truncated(to: 4) == "漢…")
        #expect("漢字".truncated(to: 4) == "漢字")
        #expect("abc".truncated(to: 1) == "…")
        #expect("abc".truncated(to: 0).isEmpty)
        #expect("abc".truncated(to: -2).isEmpty)
        #expect("abcdef".truncated(to: 4, ellipsis: "~") == "abc~")
        #expect("e\u{301}e\u{301}e".truncated(to: 2) == "e\u{301}…")
    }

    @Test func fittedTextHasExactlyItsWidth() {
        #expect("ab".fitted(to: 4) == "ab  ")
        #expect("ab".fitted(to: 4, .right) == "  ab")
        #expect("漢字漢".fitted(to: 4) == "漢… ")
        #expect("abcdef".fitted(to: 3, .right) == "ab…")
    }
}
