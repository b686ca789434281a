import Testing

@testable import CutoverProxy

@Suite struct CookiePairsTests {
    private func pairs(_ line: String) -> [String] {
        let bytes = Array(line.utf8)
        var walk = CookiePairs(bytes.indices)
        var found: [String] = []
        while let pair = walk.next(bytes.span) {
            let name = String(decoding: bytes[pair.name], as: UTF8.self)
            found.append(name + "=" + String(decoding: bytes[pair.value], as: UTF8.self))
        }
        return found
    }

    @Test func pairsOfTheGrammarAreFound() {
        #expect(pairs("a=1") == ["a=1"])
        #expect(pairs("a=1; b=; c=\"x\";d=y=z") == ["a=1", "b=", "c=\"x\"", "d=y=z"])
        #expect(pairs("") == [])
    }

    @Test func whatIsNoPairIsPassedOver() {
        for text in [
            "a", "=1", "a =1", "a=b c", "a=b,c", "a=\"b", "a=b\"", "a=\"", "a=\\", "a=\u{e4}", ";",
            "a(=1", " ; ",
        ] {
            #expect(pairs(text) == [], "\(text)")
            #expect(pairs("x=1; \(text); y=2") == ["x=1", "y=2"], "\(text)")
        }
    }

    /// A quote binds nothing: a semicolon ends the pair wherever it stands.
    @Test func aQuoteDoesNotHideAPair() {
        #expect(pairs("a=\"; b=1; c=\"") == ["b=1"])
    }

    @Test func manyPairsCostOnlyTheirLength() {
        let line = String(repeating: ";", count: 32_000) + "a=1"
        #expect(pairs(line) == ["a=1"])
    }
}
