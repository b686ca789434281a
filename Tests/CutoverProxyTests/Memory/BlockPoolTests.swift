import Glibc
import Testing

@testable import CutoverProxy

@Suite struct BlockPoolTests {
    private static let count = 512
    private static let blockBytes = 131_072

    /// Lends and gives back large blocks; the small ones between them stay lent.
    private func crowd(_ large: inout BlockPool, _ small: inout BlockPool) -> [Block] {
        var kept: [Block] = []
        var lent: [Block] = []
        for _ in 0..<Self.count {
            guard let block = large.take(), let other = small.take() else {
                Issue.record("no memory")
                break
            }
            memset(block.base, 1, block.capacity)
            lent.append(block)
            kept.append(other)
        }
        for block in lent {
            large.give(block)
        }
        return kept
    }

    @Test func whatACrowdNeededIsGivenBack() throws {
        let counters = CounterBlock(count: LoopCounter.allCases.count)
        defer { withExtendedLifetime(counters) {} }
        let budget = MemoryBudget(maximum: 1 << 30, counters: CounterWriter(counters))
        var large = BlockPool(blockBytes: Self.blockBytes, spareMaximum: 2, budget: budget)
        var small = BlockPool(blockBytes: 4_096, spareMaximum: 0, budget: budget)
        let before = residentBytes()
        // Twice, since malloc changes its ways with the first large one that it gets back.
        let kept = crowd(&large, &small) + crowd(&large, &small)
        let stays = residentBytes() - before
        for block in kept {
            small.give(block)
        }
        #expect(stays < Self.count * Self.blockBytes / 4, "\(stays) bytes stay")
    }
}
