import CLinux
import Glibc

/// The file of an access log, on the thread that writes it.
///
/// What cannot be written is dropped, counted and reported; nothing here ends or waits for traffic.
struct AccessLogFile: ~Copyable {
    /// Between two looks whether the file is still the one at its path, in milliseconds.
    static let checkInterval: UInt64 = 1_000

    private let path: String
    private var descriptor: Int32 = -1
    private var device: dev_t = 0
    private var number: ino_t = 0

    /// When the path is looked at again, on the coarse monotonic clock.
    private var nextCheck: UInt64 = 0

    /// Whether the file ends in the middle of a line, which was cut off.
    private var isMidLine = false

    /// The error that was reported and holds on, 0 for none, and the lines it has cost.
    private var fault: Int32 = 0
    private var lost = 0

    /// The error for which the old file is still the one that is written.
    private var moveFault: Int32 = 0

    /// A file that is opened when there is something to write.
    init(path: String) {
        self.path = path
    }

    deinit {
        if descriptor >= 0 {
            close(descriptor)
        }
    }

    /// Appends whole lines; returns how many of them were dropped.
    mutating func append(_ lines: [UInt8]) -> Int {
        followPath()
        guard descriptor >= 0 else {
            return lose(lines[...])
        }
        var rest = lines[...]
        if isMidLine {
            rest = [0x0a] + rest
        }
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR {
                continue
            }
            guard count > 0 else {
                note(count < 0 ? errno : ENOSPC)
                return lose(rest)
            }
            isMidLine = rest[rest.startIndex + count - 1] != 0x0a
            rest = rest.dropFirst(count)
        }
        noteSuccess()
        return 0
    }

    /// Counts the lines that end in bytes that are not written.
    private mutating func lose(_ rest: ArraySlice<UInt8>) -> Int {
        let count = rest.count { $0 == 0x0a }
        lost += count
        return count
    }

    /// Opens the file where it is not open, or was moved away.
    ///
    /// The old one is kept until the new one is open: better a line in the wrong file than in none.
    private mutating func followPath() {
        let now = clinux_monotonic_coarse()
        guard now >= nextCheck else {
            return
        }
        nextCheck = now + Self.checkInterval
        var status = stat()
        if descriptor >= 0, stat(path, &status) == 0, status.st_dev == device,
            status.st_ino == number
        {
            return
        }
        // Without waiting for a reader, should it be a pipe.
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK
        let opened = open(path, flags, 0o600)
        guard opened >= 0, fstat(opened, &status) == 0 else {
            noteUnopened(errno)
            return
        }
        moveFault = 0
        if descriptor >= 0 {
            close(descriptor)
        }
        descriptor = opened
        device = status.st_dev
        number = status.st_ino
        isMidLine = false
    }

    private mutating func noteUnopened(_ code: Int32) {
        guard descriptor >= 0 else {
            return note(code)
        }
        if moveFault != code {
            moveFault = code
            report(
                "the access log \(path) was moved away and cannot be opened anew: "
                    + "\(systemMessage(code)); lines go on to where it is"
            )
        }
    }

    private mutating func note(_ code: Int32) {
        guard fault != code else {
            return
        }
        fault = code
        report(
            "the access log \(path) cannot be written: \(systemMessage(code)); "
                + "lines are dropped and counted until it can"
        )
    }

    private mutating func noteSuccess() {
        guard fault != 0 else {
            return
        }
        report("the access log \(path) is written again; \(lost) lines are missing")
        fault = 0
        lost = 0
    }
}
