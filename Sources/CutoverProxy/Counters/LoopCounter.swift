/// The places of what one loop counts for itself in its `CounterBlock`.
enum LoopCounter: Int, CaseIterable {
    /// Bytes of the blocks that it has, lent or spare.
    case blockBytes
    /// Requests that it refused for want of them, or whose response or tunnel it cut short.
    case memoryRefusals
}
