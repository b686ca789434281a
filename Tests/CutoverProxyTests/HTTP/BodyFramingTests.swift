import Testing

@testable import CutoverProxy

@Suite struct BodyFramingTests {
    /// What a body forwards when it arrives in pieces of one size, and what is left behind it.
    private func run(
        _ framing: BodyFraming,
        _ text: String,
        size: Int
    ) -> (forwarded: String, rest: String, isDone: Bool)? {
        var framing = framing
        var forwarded: [UInt8] = []
        let bytes = Array(text.utf8)
        var position = 0
        while position < bytes.count, !framing.isDone {
            var piece = Array(bytes[position..<min(position + size, bytes.count)])
            var span = piece.mutableSpan
            let step = framing.advance(&span)
            if step.isInvalid {
                return nil
            }
            forwarded += piece[..<step.produced]
            position += step.consumed
            if step.consumed == 0 {
                break
            }
        }
        let rest = String(decoding: bytes[position...], as: UTF8.self)
        return (String(decoding: forwarded, as: UTF8.self), rest, framing.isDone)
    }

    /// Pieces of any size must give the same result.
    private func forward(_ framing: BodyFraming, _ text: String) -> String? {
        let whole = run(framing, text, size: text.utf8.count)
        for size in [1, 2, 3, 5, 8] {
            let pieces = run(framing, text, size: size)
            #expect(pieces?.forwarded == whole?.forwarded)
            #expect(pieces?.rest == whole?.rest)
        }
        guard let whole else {
            return nil
        }
        return whole.forwarded + (whole.isDone ? "|" : "...") + whole.rest
    }

    @Test(arguments: [
        ("0\r\n\r\nnext", "0\r\n\r\n|next"),
        ("3\r\nabc\r\n0\r\n\r\n", "3\r\nabc\r\n0\r\n\r\n|"),
        ("00A\r\n0123456789\r\n000\r\n\r\n", "00A\r\n0123456789\r\n000\r\n\r\n|"),
        ("3;a\r\nabc\r\n0;b=c\r\n\r\nX", "3\r\nabc\r\n0\r\n\r\n|X"),
        ("3 ; a = \"x\\\"y\" ;b\r\nabc\r\n0\r\n\r\n", "3\r\nabc\r\n0\r\n\r\n|"),
        ("1\r\na\r\n0\r\nA: b\r\nSet-Cookie: c\r\n\r\nX", "1\r\na\r\n0\r\n\r\n|X"),
        ("5\r\nab", "5\r\nab..."),
        ("0\r\n", "0\r\n..."),
    ])
    func chunksAreForwardedWithoutExtensionsAndTrailers(body: String, forwarded: String) {
        #expect(forward(BodyFraming(.chunked), body) == forwarded)
    }

    @Test func chunksAreUnwrappedForOldClients() {
        let body = "3;x\r\nabc\r\n2\r\nde\r\n0\r\nT: u\r\n\r\nnext"
        #expect(forward(BodyFraming(.chunked, isUnwrapped: true), body) == "abcde|next")
    }

    @Test(arguments: [
        "\r\n", "g\r\n", "3\nabc\r\n", "3\r\nabcd\r\n", "3\r\nabc\n0\r\n\r\n", "3\r\nabc\r\r\n",
        " 3\r\n",
        "3 \r\nabc\r\n", "0x3\r\nabc\r\n", "+3\r\n", "-1\r\n", "3;\r\nabc\r\n", "3;a=\r\nabc\r\n",
        "3;a=\"b\r\nabc\r\n", "3;a b\r\nabc\r\n", "3;a\nabc\r\n", "3;\u{1}\r\n", "3,\r\n",
        "00000000000000003\r\nabc\r\n", "ffffffffffffffff\r\n", "8000000000000000\r\n",
        "3\rXabc\r\n0\r\n\r\n", "3\r\nabc\rX3\r\nabc\r\n",
        "0\r\n A: b\r\n\r\n", "0\r\nA b\r\n\r\n", "0\r\n: b\r\n\r\n", "0\r\nA: b\n\r\n",
        "0\r\nA: \u{0}\r\n\r\n", "0\r\n\rX", "0\r\nA\r\n\r\n",
    ])
    func chunksOutsideTheGrammarAreInvalid(body: String) {
        #expect(forward(BodyFraming(.chunked), body) == nil)
    }

    @Test func endlessExtensionsAndTrailersAreInvalid() {
        let endless = String(repeating: "a", count: 9_000)
        #expect(run(BodyFraming(.chunked), "3;" + endless, size: 100) == nil)
        #expect(run(BodyFraming(.chunked), "0\r\nA: " + endless, size: 100) == nil)
    }

    @Test func aLengthTakesExactlyThatMuch() {
        #expect(forward(BodyFraming(length: 5), "abcdefg") == "abcde|fg")
        #expect(forward(BodyFraming(length: 5), "abc") == "abc...")
        #expect(BodyFraming(length: 0).isDone)
    }

    @Test func onlyAnOpenEndIsEndedByTheSender() {
        var open = BodyFraming(.untilClose)
        open.close()
        #expect(open.isDone)
        for var framed in [BodyFraming(length: 3), BodyFraming(.chunked)] {
            framed.close()
            #expect(!framed.isDone)
        }
    }
}
