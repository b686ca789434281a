import Testing

@testable import CutoverProxy

/// Random damage to heads and bodies: whatever arrives, parsing ends with an answer, and what it
/// accepts has exactly one reading.
@Suite struct MutationTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    private static let pieces = [
        "\r\n", "\n", "\r", "\u{0}", " ", "\t", ":", ",", ";", "chunked", "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n", "Connection: a, host\r\n", "Host: x\r\n", "\u{ff}",
        "HTTP/1.0",
        "http://", "[", "100-continue", "Upgrade: websocket\r\n", "ffffffffffffffff", "0\r\n\r\n",
        "_",
    ]

    private func damaged(_ text: String, _ random: inout Generator) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 0...6, using: &random))
            let piece = Self.pieces.randomElement(using: &random) ?? ""
            bytes.replaceSubrange(place..<end, with: Array(piece.utf8))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func whatIsAcceptedOfARequestHasOneReading() {
        let head =
            "POST /a?b HTTP/1.1\r\nHost: x:80\r\nA: b\r\nConnection: keep-alive\r\n"
            + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc"
        for seed in 0..<20_000 as Range<UInt64> {
            var random = Generator(state: seed)
            let text = damaged(head, &random)
            let parsed = parseRequest(text)
            guard parsed.result == .complete else {
                continue
            }
            // The oracle is naive on purpose: split into lines, and look at each.
            let lines = parsed.forwarded.components("\r\n")
            let names = lines.dropFirst().dropLast(2).map { line in
                line.prefix { $0 != ":" }.lowercased()
            }
            let bytes = parsed.forwarded.unicodeScalars
            let broken = bytes.indices.contains { index in
                bytes[index] == "\n"
                    && (index == bytes.startIndex || bytes[bytes.index(before: index)] != "\r")
            }
            let framings = names.filter { $0 == "content-length" || $0 == "transfer-encoding" }
            #expect(names.filter { $0 == "host" }.count == 1, "seed \(seed)")
            #expect(framings.count <= 1, "seed \(seed)")
            #expect(names.filter { $0 == "x-forwarded-for" }.count == 1, "seed \(seed)")
            #expect(!broken && !names.contains { $0.contains("_") || $0.isEmpty }, "seed \(seed)")
            // What is forwarded is itself a legal request that reads the same.
            #expect(parseRequest(parsed.forwarded).result == .complete, "seed \(seed)")
        }
    }

    @Test func noResponseTrapsTheParser() {
        let head =
            "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 3\r\nConnection: close, a\r\nA: b\r\n\r\nabc"
        for seed in 0..<20_000 as Range<UInt64> {
            var random = Generator(state: seed)
            let parsed = parseResponse(damaged(head, &random))
            if parsed.result == .complete {
                #expect(parseResponse(parsed.forwarded).result == .complete, "seed \(seed)")
            }
        }
    }

    @Test func chunksReadTheSameInEverySegmentation() {
        let body = "5;a=\"b\"\r\nhello\r\n3\r\nabc\r\n0\r\nT: u\r\n\r\nnext"
        for seed in 0..<20_000 as Range<UInt64> {
            var random = Generator(state: seed)
            let bytes = Array(damaged(body, &random).utf8)
            let whole = run(bytes, &random, isWhole: true)
            let pieces = run(bytes, &random, isWhole: false)
            #expect(whole == pieces, "seed \(seed)")
        }
    }

    /// What a body forwards and where it ends, `nil` when it is invalid.
    private func run(_ bytes: [UInt8], _ random: inout Generator, isWhole: Bool) -> [UInt8]? {
        var framing = BodyFraming(.chunked)
        var rest = bytes[...]
        var forwarded: [UInt8] = []
        while !rest.isEmpty, !framing.isDone {
            let count =
                isWhole ? rest.count : min(rest.count, Int.random(in: 1...9, using: &random))
            var piece = Array(rest.prefix(count))
            var span = piece.mutableSpan
            let step = framing.advance(&span)
            if step.isInvalid {
                return nil
            }
            forwarded += piece[..<step.produced]
            rest = rest.dropFirst(step.consumed)
        }
        return forwarded + [framing.isDone ? 1 : 0] + Array(rest)
    }
}

extension String {
    /// The parts between a separator, by bytes: a line break is one character to `split`.
    fileprivate func components(_ separator: String) -> [String] {
        let wanted = Array(separator.utf8)
        var parts: [[UInt8]] = [[]]
        var rest = Array(utf8)[...]
        while let first = rest.first {
            if rest.starts(with: wanted) {
                parts.append([])
                rest = rest.dropFirst(wanted.count)
            } else {
                parts[parts.count - 1].append(first)
                rest = rest.dropFirst()
            }
        }
        return parts.map { String(decoding: $0, as: UTF8.self) }
    }
}
