import Testing

@testable import CutoverWire

@Suite struct FrameDecoderTests {
    private let messages: [[UInt8]] = [[], [1], Array(repeating: 7, count: 300), [0, 0, 0, 0]]

    private var stream: [UInt8] {
        messages.flatMap { Frame.wrap($0) ?? [] }
    }

    /// Whatever the pieces are, the same messages must come out, each as soon as its last byte is
    /// there.
    @Test func messagesDoNotDependOnThePieces() throws {
        for size in [1, 2, 3, 4, 5, 7, 64, stream.count] {
            var decoder = FrameDecoder()
            var found: [[UInt8]] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                decoder.append(stream[start..<min(start + size, stream.count)])
                while let message = try decoder.next() {
                    found.append(message)
                }
            }
            #expect(found == messages)
            #expect(!decoder.hasPartialMessage)
        }
    }

    @Test func messagesComeOneByOne() throws {
        var decoder = FrameDecoder()
        for message in messages {
            decoder.append(Frame.wrap(message) ?? [])
            #expect(try decoder.next() == message)
            #expect(try decoder.next() == nil)
        }
    }

    @Test func anAnnouncedGigabyteIsRefusedAtOnce() {
        var decoder = FrameDecoder()
        decoder.append([0x40, 0, 0, 0])
        #expect(throws: WireError.self) { try decoder.next() }
    }

    @Test func aMessageAboveTheLimitIsNotWrapped() {
        #expect(Frame.wrap(Array(repeating: 0, count: Frame.maximumBytes + 1)) == nil)
    }
}
