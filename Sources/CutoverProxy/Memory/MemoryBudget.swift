/// How much memory the blocks of one loop may take together, in bytes.
///
/// It is asked only when a pool has no spare block, or frees one. A class, so that the pools share
/// it; it never leaves its loop's thread.
final class MemoryBudget {
    let maximum: Int
    private var used = 0
    private let counters: CounterWriter

    /// What new requests leave to those that run: a slow reader needs more than it came with.
    var reserve: Int { maximum / 2 }

    /// A budget whose use `counters` tells.
    init(maximum: Int, counters: CounterWriter) {
        self.maximum = maximum
        self.counters = counters
    }

    /// Takes from it; false when less than `reserve` would be left.
    func take(_ bytes: Int, leaving reserve: Int) -> Bool {
        guard bytes <= maximum - used - reserve else {
            return false
        }
        used += bytes
        note()
        return true
    }

    /// Gives back what was taken.
    func give(_ bytes: Int) {
        used -= bytes
        note()
    }

    private func note() {
        counters.set(LoopCounter.blockBytes.rawValue, UInt64(used))
    }
}
