import Glibc

/// The connections of one loop, in one reservation of memory that the kernel fills as it is
/// touched.
///
/// Invariant: `slots` points to `capacity` places; the first `highWater` of them are initialised.
/// An index comes from `take`, and is used until `give`; links between connections and checked
/// epoll tokens are the only other sources. Every access checks the index against `highWater`.
struct Slab: ~Copyable {
    /// The most connections at once, clients' and upstream ones together.
    let capacity: Int

    private let slots: UnsafeMutablePointer<Connection>
    private(set) var highWater = 0
    private var firstFree: Int32 = -1

    /// Connections in use.
    private(set) var count = 0

    /// Reserves the memory; `nil` when the system has no room for it.
    init?(capacity: Int) {
        let bytes = capacity * MemoryLayout<Connection>.stride
        let memory = mmap(
            nil,
            bytes,
            PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
            -1,
            0
        )
        guard let memory, memory != MAP_FAILED else {
            return nil
        }
        self.capacity = capacity
        slots = memory.bindMemory(to: Connection.self, capacity: capacity)
    }

    deinit {
        munmap(slots, capacity * MemoryLayout<Connection>.stride)
    }

    /// One connection.
    @inline(__always)
    subscript(index: Int32) -> Connection {
        unsafeAddress {
            precondition(UInt32(bitPattern: index) < UInt32(truncatingIfNeeded: highWater))
            return UnsafePointer(slots + Int(index))
        }
        unsafeMutableAddress {
            precondition(UInt32(bitPattern: index) < UInt32(truncatingIfNeeded: highWater))
            return slots + Int(index)
        }
    }

    /// Takes a slot for a descriptor; `nil` when all are in use.
    mutating func take(descriptor: Int32, role: Connection.Role) -> Int32? {
        let index: Int32
        var fresh = Connection()
        if firstFree >= 0 {
            index = firstFree
            firstFree = self[index].next
            fresh.generation = self[index].generation
        } else {
            guard highWater < capacity else {
                return nil
            }
            index = Int32(truncatingIfNeeded: highWater)
            highWater &+= 1
        }
        fresh.descriptor = descriptor
        fresh.role = role
        (slots + Int(index)).initialize(to: fresh)
        count &+= 1
        return index
    }

    /// Gives a slot back; events that still name it are stale from here on.
    mutating func give(_ index: Int32) {
        self[index].role = .free
        self[index].generation &+= 1
        self[index].next = firstFree
        firstFree = index
        count &-= 1
    }

    /// What epoll hands back for this connection: its index and generation.
    func token(_ index: Int32) -> UInt64 {
        UInt64(self[index].generation) &<< 32 | UInt64(UInt32(bitPattern: index))
    }

    /// The connection that a token means, or `nil` when it is gone.
    @inline(__always)
    func find(_ token: UInt64) -> Int32? {
        let index = Int32(truncatingIfNeeded: token & 0x7fff_ffff)
        guard Int(index) < highWater, self[index].role != .free,
            self[index].generation == UInt32(truncatingIfNeeded: token &>> 32)
        else {
            return nil
        }
        return index
    }
}
