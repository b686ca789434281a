import Testing

@testable import CutoverProxy

/// The scans that look at eight bytes at a time, against the classes of single bytes.
@Suite struct ByteClassesTests {
    @Test func textEndsAtTheFirstOtherByteWhereverItStands() {
        everyByteAtEveryPlace { bytes, start in
            let end = endOfText(bytes.span, from: start)
            #expect(end == bytes[start...].firstIndex { !$0.isText } ?? bytes.count, "\(bytes)")
        }
    }

    @Test func tokensEndAtTheFirstOtherByteWhereverItStands() {
        everyByteAtEveryPlace { bytes, start in
            var hasUnderscore = false
            let end = endOfToken(bytes.span, from: start, hasUnderscore: &hasUnderscore)
            #expect(end == bytes[start...].firstIndex { !$0.isToken } ?? bytes.count, "\(bytes)")
            #expect(hasUnderscore == bytes[start..<end].contains(0x5f), "\(bytes)")
        }
    }

    /// Each byte at each place of a text of letters that is more than two words long, and another
    /// one behind it, so that a carry between the bytes of a word would show.
    private func everyByteAtEveryPlace(_ check: ([UInt8], Int) -> Void) {
        let letters = Array("Sec-Fetch-Dest-Mode".utf8)
        for byte in UInt8.min...UInt8.max {
            for place in letters.indices {
                for next in [UInt8(0x61), 0x00, 0x0d, 0x3a, 0x5f, 0x7f, 0x80, 0xff] {
                    var bytes = letters
                    bytes[place] = byte
                    if place + 1 < bytes.count { bytes[place + 1] = next }
                    check(bytes, place % 3)
                }
            }
        }
    }
}
