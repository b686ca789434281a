import Testing

@testable import cutover

@Suite struct MemorySizeTests {
    @Test(arguments: [("1", 1), ("512K", 512 << 10), ("256M", 256 << 20), ("2G", 2 << 30)])
    func sizesAreReadAsPeopleWriteThem(text: String, bytes: Int) {
        #expect(MemorySize(argument: text)?.bytes == bytes)
    }

    @Test(arguments: ["", "0", "M", "-1M", "1.5G", "1T", "1MB", "99999999999G", "١M"])
    func whatIsNoSizeIsRefused(text: String) {
        #expect(MemorySize(argument: text) == nil)
    }
}
