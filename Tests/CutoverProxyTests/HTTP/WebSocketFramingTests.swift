import Testing

@testable import CutoverProxy

@Suite struct WebSocketFramingTests {
    /// One frame with this much payload, all of it header look-alikes.
    private func frame(_ opcode: UInt8, _ length: Int, isMasked: Bool) -> [UInt8] {
        let mask: UInt8 = isMasked ? 0x80 : 0
        var bytes: [UInt8] = [opcode]
        switch length {
        case ..<126: bytes += [mask | UInt8(length)]
        case ..<65_536: bytes += [mask | 126, UInt8(length >> 8), UInt8(length & 0xff)]
        default:
            bytes += [mask | 127] + (0..<8).map { UInt8(length >> (56 - 8 * $0) & 0xff) }
        }
        if isMasked { bytes += [0x88, 0x82, 0x01, 0x02] }
        return bytes + [UInt8](repeating: 0x88, count: length)
    }

    /// Where boundaries lie in a stream that is given in pieces of one size.
    private func boundaries(_ bytes: [UInt8], isMasked: Bool, size: Int) -> [Int] {
        var framing = WebSocketFraming()
        var found: [Int] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            let end = min(start + size, bytes.count)
            framing.advance(bytes.span.extracting(start..<end), isMasked: isMasked)
            if framing.isAtBoundary { found.append(end) }
        }
        return found
    }

    @Test(arguments: [false, true])
    func everyBoundaryIsFoundInAnySegmentation(isMasked: Bool) {
        // Text in two fragments with a ping between them, compressed text, and every length.
        let frames = [
            frame(0x01, 5, isMasked: isMasked), frame(0x89, 0, isMasked: isMasked),
            frame(0x80, 125, isMasked: isMasked), frame(0xc1, 126, isMasked: isMasked),
            frame(0x82, 65_535, isMasked: isMasked), frame(0x82, 65_536, isMasked: isMasked),
            frame(0x8a, 3, isMasked: isMasked),
        ]
        let bytes = frames.flatMap { $0 }
        var expected: [Int] = []
        for frame in frames { expected.append((expected.last ?? 0) + frame.count) }
        #expect(boundaries(bytes, isMasked: isMasked, size: 1) == expected)
        for size in [2, 3, 7, 64, 1_000, bytes.count] {
            let ends = Set(stride(from: size, to: bytes.count, by: size)).union([bytes.count])
            let found = boundaries(bytes, isMasked: isMasked, size: size)
            #expect(found == expected.filter(ends.contains), "pieces of \(size)")
        }
    }

    @Test func aCloseFrameIsSeenWhenItIsWhole() {
        for isMasked in [false, true] {
            var framing = WebSocketFraming()
            let bytes = frame(0x89, 8, isMasked: isMasked) + frame(0x88, 2, isMasked: isMasked)
            framing.advance(bytes.span.extracting(0..<(bytes.count - 1)), isMasked: isMasked)
            #expect(!framing.hasClosed && !framing.isAtBoundary)
            framing.advance(bytes.span.extracting((bytes.count - 1)...), isMasked: isMasked)
            #expect(framing.hasClosed && framing.isAtBoundary)
        }
        var empty = WebSocketFraming()
        empty.advance([0x88, 0x00].span, isMasked: false)
        #expect(empty.hasClosed)
    }

    @Test(arguments: [
        // A server that masks, a client that does not, a length with its highest bit set, and a
        // close frame that is longer than a control frame may be.
        ([0x81, 0x80], false), ([0x81, 0x01], true),
        ([0x82, 0x7f, 0x80], false), ([0x88, 0x7e], false),
    ])
    func whatIsNoFrameOfThisDirectionHasNoBoundary(bytes: [UInt8], isMasked: Bool) {
        var framing = WebSocketFraming()
        framing.advance(bytes.span, isMasked: isMasked)
        #expect(framing.isLost && !framing.isAtBoundary)
        framing.advance([UInt8](repeating: 0, count: 64).span, isMasked: isMasked)
        #expect(!framing.isAtBoundary)
    }

    @Test func closeFramesSayTheirCodeAndNothingElse() {
        #expect(WebSocketFraming.closeFrame(.goingAway) == [0x88, 0x02, 0x03, 0xe9])
        #expect(WebSocketFraming.closeFrame(.serviceRestart) == [0x88, 0x02, 0x03, 0xf4])
        let masked = WebSocketFraming.closeFrame(.goingAway, maskedBy: 0x0102_0304)
        #expect(masked == [0x88, 0x82, 0x01, 0x02, 0x03, 0x04, 0x03 ^ 0x01, 0xe9 ^ 0x02])
        for (bytes, isMasked) in [
            (WebSocketFraming.closeFrame(.serviceRestart), false), (masked, true),
        ] {
            var framing = WebSocketFraming()
            framing.advance(bytes.span, isMasked: isMasked)
            #expect(framing.hasClosed && framing.isAtBoundary)
        }
    }
}
