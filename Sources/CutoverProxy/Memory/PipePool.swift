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

    /// The most pipes at once: a process without privileges shares 64 MB of them with all others of
    /// its user.
    static let maximum = 64

    private var pipes: [Pipe] = []
    private var free: [Int32] = []

    /// Starts without pipes.
    init() {}

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

    /// Takes an empty pipe; `nil` when there are enough, or the system gives no more.
    mutating func take() -> Int32? {
        if let index = free.popLast(), pipes[Int(index)].reader >= 0 || open(index) {
            return index
        }
        guard pipes.count < Self.maximum else {
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
        var pipe = Pipe()
        guard clinux_splice_pipe(&pipe.reader, &pipe.writer, Int32(Self.bytes)) == 0 else {
            return false
        }
        pipes[Int(index)] = pipe
        return true
    }
}
