import CutoverCore
import CutoverScreen
import Testing

@testable import CutoverDashboard

/// Pages show everything that they have, on every width.
@Suite struct PageTests {
    private static let widths = [30, 40, 60, 80, 120, 200]

    @Test(arguments: ["?", "e", "E"] as [Key])
    func nothingOnAPageIsCut(page: Key) {
        for width in Self.widths {
            var console = Console(Self.talkative, size: Size(columns: width, rows: 24))
            console.press(page)
            for line in console.model.pageLines(width: width) {
                #expect(line.width <= width)
            }
        }
    }

    @Test func theLastWordOfALongEventCanBeRead() {
        var console = Console(Self.talkative)
        console.press("e")
        #expect(console.frame.text.contains("g3 is not healthy"))
        #expect(!console.frame.text.contains("memory!"))
        #expect(console.frame.text.contains("1-20 of "))
        console.press("G")
        #expect(console.frame.text.contains("memory!"))
    }

    /// Where the end was passed by a keyful of rows, each way back would take as many keys.
    @Test(arguments: ["?", "e", "i"] as [Key])
    func theFirstKeyBackFromTheEndMoves(page: Key) {
        for size in FrameCatalog.sizes {
            var console = Console(Self.talkative, size: size)
            console.press(page, "G")
            let end = console.model.page
            console.press("j")
            #expect(console.model.page == end)
            guard console.model.lastScroll > 0 else { continue }
            let text = console.frame.text
            console.press("k")
            #expect(console.model.page != end)
            #expect(console.frame.text != text, "\(size)")
            console.press("g", "G")
            #expect(console.model.page == end)
        }
    }

    @Test func theHelpExplainsSignsWordsAndColumns() {
        var console = Console(Scenario.gate, size: Size(columns: 120, rows: 120))
        console.press("?")
        let text = console.frame.text
        for word in ["‖", "soak", "bake", "warm", "INFL", "ERR%", "rev"] {
            #expect(text.contains(word))
        }
        #expect(text.contains("ctrl-d and ctrl-u by half a screen"))
    }

    @Test func theHelpSaysWhatLeavingMeansHere() {
        let texts = [EngineHosting.elsewhere, .here, .demo].map { hosting in
            var console = Console(
                Scenario.gate,
                size: Size(columns: 120, rows: 120),
                hosting: hosting
            )
            console.press("?")
            return console.frame.text
        }
        #expect(texts[0].contains("suspend; the engine is another process and goes on"))
        #expect(texts[1].contains("suspend; a live rollout is paused first"))
        #expect(texts[2].contains("ends the demo, and asks while a rollout is live"))
    }

    /// Twenty long events of one service.
    private static var talkative: EngineSnapshot {
        var snapshot = Scenario.gate
        let cause = String(repeating: "the probe got no answer in time, ", count: 4)
        snapshot.events = (0..<20).map { index in
            event(
                Int64(100 - index),
                .unhealthy,
                "checkout",
                "g3 is not healthy: \(cause)last line: out of \(index == 19 ? "memory!" : "luck")",
                by: index % 2 == 0 ? "alice@pts/3" : nil
            )
        }
        return snapshot
    }
}
