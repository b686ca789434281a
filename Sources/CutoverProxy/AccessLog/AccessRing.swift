import Glibc
import Synchronization

/// Lines on their way from one loop to the writer of the access log, in a ring of bytes.
///
/// Invariant: `bytes` points to `capacity` bytes, a power of two, that live as long as this object.
/// `end` is stored by the loop alone, `start` by the writer alone, and `start <= end <= start +
/// capacity`: what lies between them is the writer's, all else the loop's. That also makes the
/// object `Sendable`: each byte has one owner, and an atomic store hands it over.
final class AccessRing: @unchecked Sendable {
    /// Bytes of the ring; the kernel gives it pages as they are used for the first time.
    let capacity: Int

    private let bytes: UnsafeMutablePointer<UInt8>

    /// Bytes ever taken, and ever appended.
    private let start = Atomic<Int>(0)
    private let end = Atomic<Int>(0)

    /// A ring of `capacity` bytes, which is a power of two; `nil` when the system has no memory.
    init?(capacity: Int) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0)
        guard let memory = calloc(1, capacity) else {
            return nil
        }
        self.capacity = capacity
        bytes = memory.assumingMemoryBound(to: UInt8.self)
    }

    deinit {
        free(bytes)
    }

    /// Appends a line, whole or not at all; only for the loop.
    ///
    /// Returns how many bytes wait then, or `nil` when there is no room.
    func append(_ line: Span<UInt8>) -> Int? {
        let last = end.load(ordering: .relaxed)
        let waiting = last &- start.load(ordering: .acquiring)
        guard line.count <= capacity &- waiting else {
            return nil
        }
        let place = last & (capacity &- 1)
        let front = min(line.count, capacity &- place)
        line.withUnsafeBufferPointer { source in
            guard let base = source.baseAddress else {
                return
            }
            memcpy(bytes + place, base, front)
            memcpy(bytes, base + front, source.count &- front)
        }
        // Ordered before the look whether the writer sleeps; see `AccessLog.append`.
        end.store(last &+ line.count, ordering: .sequentiallyConsistent)
        return waiting &+ line.count
    }

    /// Moves all lines to the end of `buffer`; only for the writer.
    func take(into buffer: inout [UInt8]) {
        let first = start.load(ordering: .relaxed)
        let count = end.load(ordering: .sequentiallyConsistent) &- first
        let place = first & (capacity &- 1)
        let front = min(count, capacity &- place)
        buffer.append(contentsOf: UnsafeBufferPointer(start: bytes + place, count: front))
        buffer.append(contentsOf: UnsafeBufferPointer(start: bytes, count: count &- front))
        start.store(first &+ count, ordering: .releasing)
    }

    /// Whether nothing waits; only for the writer.
    var isEmpty: Bool {
        end.load(ordering: .sequentiallyConsistent) == start.load(ordering: .relaxed)
    }
}
