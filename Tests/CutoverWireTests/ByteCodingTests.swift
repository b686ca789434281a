import Testing

@testable import CutoverWire

@Suite struct ByteCodingTests {
    @Test func integersComeBackAsTheyWere() throws {
        for value in [0, 1, 127, 128, 300, 1 << 32, UInt64.max - 1, .max] {
            var writer = ByteWriter()
            writer.write(value)
            var reader = ByteReader(writer.bytes)
            #expect(try reader.integer("value") == value)
            try reader.finish()
        }
    }

    @Test func anIntegerHasOneFormOnly() {
        for bytes: [UInt8] in [[0x80, 0x00], [0xff, 0x80, 0x00]] {
            var reader = ByteReader(bytes)
            #expect(throws: WireError(.malformed, in: "value", at: bytes.count)) {
                try reader.integer("value")
            }
        }
    }

    @Test func anIntegerAboveSixtyFourBitsIsRefused() {
        var reader = ByteReader(Array(repeating: 0xff, count: 9) + [0x02])
        #expect(throws: WireError.self) { try reader.integer("value") }
    }

    @Test func aCountWithoutElementsReservesNothing() {
        var writer = ByteWriter()
        writer.write(UInt64(1) << 40)
        var reader = ByteReader(writer.bytes)
        #expect(throws: WireError.self) { try reader.texts("keys") }
    }

    @Test func textMustBeUTF8() {
        var reader = ByteReader([2, 0xc3, 0x28])
        #expect(throws: WireError.self) { try reader.text("name") }
    }

    @Test func leftoversAreRefused() {
        #expect(throws: WireError(.trailing, in: "message", at: 1)) {
            try ProxyRequest(decoding: ProxyRequest.hello.encoded + [0])
        }
    }
}
