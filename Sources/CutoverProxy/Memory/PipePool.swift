import CLinux
import Glibc

/// Pipes of one loop, through which bodies pass from one socket to another inside the kernel.
///
/// Invariant: a pipe that is not taken is empty, so that no byte of one message meets another.
struct PipePool: ~Copyable {
    /// One pipe.
    struct Pipe {
        var reader: Int32 = -1
        var writer: Int32 = -1
        /// Bytes in it.
        var count = 0
    }

    /// Room that is asked for, in bytes: the most that a process without privileges may have.
    ///
    /// The fewer calls a body takes, the less it costs; a quarter of this costs a tenth more.
    static let bytes = 1_048_576

    /// The least room that is worth a pipe, in bytes: with less a copy takes fewer calls.
    ///
    /// A pipe gets 8 KiB when its user has no room left.
    static let bytesMinimum = 65_536

    /// The most pipes of a process at once: without privileges it shares 64 MB of them with all
    /// others of its user, and the proxy that replaces it wants as much.
    static let processMaximum = 32

    /// The most pipes of one loop of so many, at once.
    static func maximum(loops: Int) -> Int { max(1, processMaximum / loops) }

    /// Whether the system gave no pipe that is worth it: it is not asked again before this is
    /// reset, so that bodies which are copied do not pay for it with each read.
    var isRefused = false

    private let maximum: Int
    private let wantedBytes: Int
    private var pipes: [Pipe] = []
    private var free: [Int32] = []

    /// Starts without pipes; there will be at most so many, each with room for so many bytes.
    init(maximum: Int, bytes: Int = PipePool.bytes) {
        self.maximum = maximum
        wantedBytes = bytes
    }

    deinit {
        for pipe in pipes where pipe.reader >= 0 {
            close(pipe.reader)
            close(pipe.writer)
        }
    }

    /// One pipe.
    subscript(index: Int32) -> Pipe {
        get { pipes[Int(index)] }
        set { pipes[Int(index)] = newValue }
    }

    /// Takes an empty pipe; `nil` when there are enough, or the system gives none that is worth it.
    mutating func take() -> Int32? {
        if let index = free.popLast() {
            guard pipes[Int(index)].reader >= 0 || open(index) else {
                free.append(index)
                return nil
            }
            return index
        }
        guard pipes.count < maximum else {
            return nil
        }
        let index = Int32(pipes.count)
        pipes.append(Pipe())
        guard open(index) else {
            pipes.removeLast()
            return nil
        }
        return index
    }

    /// Gives a pipe back; one that holds bytes is closed.
    mutating func give(_ index: Int32) {
        let pipe = pipes[Int(index)]
        if pipe.count > 0 {
            close(pipe.reader)
            close(pipe.writer)
            pipes[Int(index)] = Pipe()
        }
        free.append(index)
    }

    private mutating func open(_ index: Int32) -> Bool {
        guard !isRefused else {
            return false
        }
        var pipe = Pipe()
        let room = clinux_splice_pipe(&pipe.reader, &pipe.writer, Int32(wantedBytes))
        isRefused = room < Int32(Self.bytesMinimum)
        guard !isRefused else {
            if pipe.reader >= 0 {
                close(pipe.reader)
                close(pipe.writer)
            }
            return false
        }
        pipes[Int(index)] = pipe
        return true
    }
}
