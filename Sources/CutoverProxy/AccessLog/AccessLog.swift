import CLinux
import Glibc
import Synchronization

/// One access log: a ring for each loop, and the thread that takes lines out of them and appends
/// them to the file.
///
/// A loop never waits for it: it copies a line into its own ring, and drops it when that is full.
final class AccessLog: Sendable {
    /// Bytes that wait for the writer at most, for each loop.
    static let ringBytes = 1 << 20

    /// The writer gathers lines for this long, unless a ring fills.
    private static let gathering: Int32 = 50

    /// The absolute path of the file.
    let path: String

    private let rings: [AccessRing]
    private let dropped: AccessLogDrops

    /// Readable when the writer is to look.
    private let wake: Int32

    /// Readable when the writer is done.
    private let end: Int32

    /// Whether the writer waits until it is woken.
    private let isAsleep = Atomic<Bool>(false)

    private let isFinished = Atomic<Bool>(false)

    /// Starts the writer; the file is opened by it.
    init(
        path: String,
        loops: Int,
        dropped: AccessLogDrops,
        ringBytes: Int = ringBytes
    ) throws(ProxyFault) {
        self.path = path
        self.dropped = dropped
        rings = (0..<loops).compactMap { _ in AccessRing(capacity: ringBytes) }
        wake = clinux_eventfd()
        end = clinux_eventfd()
        guard rings.count == loops, wake >= 0, end >= 0 else {
            throw ProxyFault("the access log \(path) finds no memory or no descriptor")
        }
        let context = Unmanaged.passRetained(self)
        let result = clinux_thread_start(
            { context in
                guard let context else { return }
                Unmanaged<AccessLog>.fromOpaque(context).takeRetainedValue().write()
            },
            context.toOpaque()
        )
        guard result == 0 else {
            context.release()
            throw ProxyFault("the access log \(path) has no thread: \(systemMessage(-result))")
        }
    }

    deinit {
        for descriptor in [wake, end] where descriptor >= 0 {
            close(descriptor)
        }
    }

    /// Leaves a line of a loop to the writer; only for that loop.
    func append(_ line: Span<UInt8>, from loop: Int) {
        guard let waiting = rings[loop].append(line) else {
            dropped.add(1)
            return
        }
        let half = rings[loop].capacity / 2
        let fills = waiting > half && waiting - line.count <= half
        // The writer says that it sleeps and then looks into the rings, a loop appends and then
        // looks whether it sleeps: in one order of all four, one of them sees the other.
        if fills
            || isAsleep.load(ordering: .sequentiallyConsistent)
                && isAsleep.exchange(false, ordering: .sequentiallyConsistent)
        {
            clinux_eventfd_signal(wake)
        }
    }

    /// Has the writer end when it has taken what waits.
    func finish() {
        isFinished.store(true, ordering: .sequentiallyConsistent)
        clinux_eventfd_signal(wake)
    }

    /// Waits until the writer has ended, at most this long.
    func awaitEnd(milliseconds: Int32) {
        var entry = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, milliseconds)
    }
}

// MARK: - The writer

extension AccessLog {
    private func write() {
        var file = AccessLogFile(path: path)
        var buffer: [UInt8] = []
        while true {
            let isLast = isFinished.load(ordering: .sequentiallyConsistent)
            let count = drain(to: &file, &buffer)
            if isLast {
                break
            }
            if count > 0 {
                awaitWake(Self.gathering)
                continue
            }
            isAsleep.store(true, ordering: .sequentiallyConsistent)
            if rings.allSatisfy(\.isEmpty), !isFinished.load(ordering: .sequentiallyConsistent) {
                awaitWake(-1)
            }
            isAsleep.store(false, ordering: .sequentiallyConsistent)
        }
        clinux_eventfd_signal(end)
    }

    /// Writes what waits; returns how many bytes those were.
    private func drain(to file: inout AccessLogFile, _ buffer: inout [UInt8]) -> Int {
        var count = 0
        for ring in rings {
            buffer.removeAll(keepingCapacity: true)
            ring.take(into: &buffer)
            guard !buffer.isEmpty else {
                continue
            }
            count += buffer.count
            let lost = file.append(buffer)
            if lost > 0 {
                dropped.add(lost)
            }
        }
        return count
    }

    private func awaitWake(_ milliseconds: Int32) {
        var entry = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
        if poll(&entry, 1, milliseconds) > 0 {
            clinux_eventfd_clear(wake)
        }
    }
}

/// The lines that are missing in all access logs of a process.
final class AccessLogDrops: Sendable {
    private let total = Atomic<UInt64>(0)

    /// How many there are, from any thread.
    var count: UInt64 { total.load(ordering: .relaxed) }

    func add(_ lines: Int) {
        total.add(UInt64(lines), ordering: .relaxed)
    }
}
