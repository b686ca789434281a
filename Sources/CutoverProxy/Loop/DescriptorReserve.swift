import Glibc

/// A few descriptors that a loop keeps for connections to instances: when clients have taken all
/// others, their requests can be served nevertheless.
///
/// Invariant: every descriptor in `kept` was opened here and is closed here, once.
struct DescriptorReserve: ~Copyable {
    static let count = 8

    private var kept: [Int32] = []

    init() {
        kept.reserveCapacity(Self.count)
        fill()
    }

    deinit {
        for descriptor in kept {
            close(descriptor)
        }
    }

    var isFull: Bool { kept.count == Self.count }

    /// Opens what was spent; false when the process has no descriptor left for it.
    @discardableResult
    mutating func fill() -> Bool {
        while !isFull {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else {
                return false
            }
            kept.append(descriptor)
        }
        return true
    }

    /// Closes one, so that another can be opened; false when all are spent.
    mutating func spend() -> Bool {
        guard let descriptor = kept.popLast() else {
            return false
        }
        close(descriptor)
        return true
    }
}
