import Testing

@testable import CutoverWire

@Suite struct AddressRangeTests {
    @Test(arguments: ["10.0.0.0/8", "192.0.2.1/32", "0.0.0.0/0", "128.0.0.0/1"])
    func rangesPrintWhatTheyParse(text: String) {
        #expect(AddressRange(text)?.description == text)
    }

    @Test(arguments: [
        "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/+8",
        "10.0.0.0/8/8", "10.0.0.1/8", "10.0.0/8", "::/0",
    ])
    func whatIsNoRangeIsRefused(text: String) {
        #expect(AddressRange(text) == nil)
    }

    @Test func aRangeHoldsTheAddressesThatShareItsBits() throws {
        let private8 = try #require(AddressRange("10.0.0.0/8"))
        #expect(private8.contains(0x0aff_ffff) && !private8.contains(0x0b00_0000))
        let one = try #require(AddressRange("127.0.0.1"))
        #expect(one.contains(0x7f00_0001) && !one.contains(0x7f00_0002))
        let all = try #require(AddressRange("0.0.0.0/0"))
        #expect(all.contains(0) && all.contains(.max))
    }
}
