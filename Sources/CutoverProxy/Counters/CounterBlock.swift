import Synchronization

/// Counters that one loop writes and the control thread reads.
///
/// `@unchecked Sendable` holds because the memory is a constant pointer to atomics, which any
/// thread may load and store, and which lives exactly as long as this object.
final class CounterBlock: @unchecked Sendable {
    private let count: Int
    fileprivate let cells: UnsafeMutablePointer<Atomic<UInt64>>

    /// Starts with `count` zeros.
    init(count: Int) {
        self.count = count
        cells = .allocate(capacity: count)
        for index in 0..<count {
            (cells + index).initialize(to: Atomic(0))
        }
    }

    deinit {
        cells.deinitialize(count: count)
        cells.deallocate()
    }

    /// Reads one counter, at any time, from any thread.
    func load(_ index: Int) -> UInt64 {
        precondition(index >= 0 && index < count)
        return cells[index].load(ordering: .relaxed)
    }
}

/// The writing side of a `CounterBlock`: a trivial value, so that counting costs no reference
/// count.
///
/// Invariant: the loop that holds it also holds a reference to the block, and is the only thread
/// that writes; that makes a relaxed load and store enough, and no bus lock is taken.
struct CounterWriter {
    private let cells: UnsafeMutablePointer<Atomic<UInt64>>

    /// Writes to `block`, which must outlive the writer.
    init(_ block: CounterBlock) {
        cells = block.cells
    }

    /// Adds to a counter.
    @inline(__always)
    func add(_ index: Int, _ amount: UInt64 = 1) {
        let cell = cells + index
        cell.pointee.store(cell.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    /// Takes from a gauge.
    @inline(__always)
    func subtract(_ index: Int, _ amount: UInt64 = 1) {
        add(index, 0 &- amount)
    }

    /// Sets a value that is no sum.
    @inline(__always)
    func set(_ index: Int, _ value: UInt64) {
        cells[index].store(value, ordering: .relaxed)
    }
}
