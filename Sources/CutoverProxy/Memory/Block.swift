import Glibc

/// A piece of memory for bytes, borrowed from the pool that owns it.
///
/// Invariant: `base` points to `capacity` bytes that are writable until the block is given back.
/// Every range is checked against `capacity` before a view of it is made; the bytes are always
/// initialised, since the pool takes them zeroed from the kernel.
struct Block {
    let base: UnsafeMutablePointer<UInt8>
    let capacity: Int

    /// Describes memory that is there already.
    init(base: UnsafeMutablePointer<UInt8>, capacity: Int) {
        self.base = base
        self.capacity = capacity
    }

    /// From this size on, which only output has, a block has pages of its own.
    ///
    /// malloc(3) keeps what lies between two allocations that live, and what a crowd of slow
    /// readers needed for a minute would be the process's until its end. Smaller blocks, which
    /// every request has, are kept by their pools, and a process has 65,530 mappings at most.
    private static let mappedMinimum = 131_072

    /// Allocates a block, which the caller releases; `nil` when the system has no memory.
    init?(zeroed capacity: Int) {
        guard capacity >= Self.mappedMinimum else {
            guard let memory = calloc(1, capacity) else {
                return nil
            }
            self.init(base: memory.assumingMemoryBound(to: UInt8.self), capacity: capacity)
            return
        }
        let access = PROT_READ | PROT_WRITE
        guard let memory = mmap(nil, capacity, access, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            memory != MAP_FAILED
        else {
            return nil
        }
        self.init(base: memory.assumingMemoryBound(to: UInt8.self), capacity: capacity)
    }

    /// Gives the memory of a whole allocated block back to the system.
    ///
    /// False when the system cannot split its mappings any further (ENOMEM); then the block is
    /// still there, without its pages.
    @discardableResult
    func release() -> Bool {
        guard capacity >= Self.mappedMinimum else {
            free(base)
            return true
        }
        guard munmap(base, capacity) == 0 else {
            madvise(base, capacity, MADV_DONTNEED)
            return false
        }
        return true
    }

    /// Copies bytes within the block or from another one; the ranges may overlap.
    func copy(from source: Block, _ range: Range<Int>, to offset: Int) {
        precondition(range.lowerBound >= 0 && range.upperBound <= source.capacity)
        precondition(offset >= 0 && offset <= capacity - range.count)
        memmove(base + offset, source.base + range.lowerBound, range.count)
    }

    /// A range of the block, of which a `Span` is made where it is used.
    @inline(__always)
    func bytes(_ range: Range<Int>) -> UnsafeMutableBufferPointer<UInt8> {
        precondition(range.lowerBound >= 0 && range.upperBound <= capacity)
        return UnsafeMutableBufferPointer(start: base + range.lowerBound, count: range.count)
    }
}

/// Blocks of one size, lent out and taken back last in, first out, so that the warm ones stay in
/// use.
///
/// Invariant: every block was allocated by this pool with this size, and is given back at most
/// once.
struct BlockPool: ~Copyable {
    /// Bytes of each block.
    let blockBytes: Int

    private let spareMaximum: Int
    private let budget: MemoryBudget
    private var spare: [UnsafeMutablePointer<UInt8>] = []

    /// A pool that keeps at most `spareMaximum` blocks that nobody uses, and of the budget at most
    /// an eighth.
    init(blockBytes: Int, spareMaximum: Int, budget: MemoryBudget) {
        self.blockBytes = blockBytes
        self.spareMaximum = min(spareMaximum, budget.maximum / 8 / blockBytes)
        self.budget = budget
        spare.reserveCapacity(self.spareMaximum)
    }

    deinit {
        for base in spare {
            Block(base: base, capacity: blockBytes).release()
        }
    }

    /// Lends a block; `nil` when the budget, less what is to be left of it, or the system has no
    /// memory.
    @inline(__always)
    mutating func take(leaving reserve: Int = 0) -> Block? {
        if let base = spare.popLast() {
            return Block(base: base, capacity: blockBytes)
        }
        return allocate(leaving: reserve)
    }

    @inline(never)
    private func allocate(leaving reserve: Int) -> Block? {
        guard budget.take(blockBytes, leaving: reserve) else {
            return nil
        }
        guard let block = Block(zeroed: blockBytes) else {
            budget.give(blockBytes)
            return nil
        }
        return block
    }

    /// Takes a block back.
    @inline(__always)
    mutating func give(_ block: Block) {
        precondition(block.capacity == blockBytes)
        if spare.count >= spareMaximum, block.release() {
            budget.give(blockBytes)
        } else {
            spare.append(block.base)
        }
    }
}
