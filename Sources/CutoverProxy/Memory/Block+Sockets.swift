import CLinux

// The one place where bytes cross the kernel's border. Counts are in bytes; a failure is -errno.

extension Block {
    /// Receives at most `count` bytes to `offset`.
    @inline(__always)
    func receive(_ descriptor: Int32, at offset: Int, count: Int) -> Int {
        precondition(offset >= 0 && count >= 0 && count <= capacity &- offset)
        return clinux_receive(descriptor, base + offset, count)
    }

    /// Sends a range of the block.
    @inline(__always)
    func send(_ descriptor: Int32, _ range: Range<Int>) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= capacity)
        return clinux_send(descriptor, base + range.lowerBound, range.count)
    }
}
