import Testing

@testable import CutoverProxy

/// How many loops a proxy has when nobody says.
@Suite struct LoopCountTests {
    @Test func eachProcessorHasOneAsFarAsThereIsMemory() {
        func count(_ processors: Int, _ mebibytes: Int) -> Int {
            LoopGroup.defaultCount(memory: mebibytes << 20, processors: processors)
        }
        #expect(count(1, 1_024) == 1 && count(6, 1_024) == 6 && count(64, 1_024) == 64)
        #expect(count(96, 1_024) == 64)
        // The least that the manifest takes is enough on any machine.
        #expect(count(8, 16) == 4 && count(96, 64) == 16)
        // A system that does not tell, and memory that is refused for what it is.
        #expect(count(-1, 1_024) == 1 && count(8, 1) == 1)
    }
}
