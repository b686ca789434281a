import Glibc

/// A file that a detached process appends to.
///
/// Its older parts are beside it, as `PATH.1`, `PATH.2` and so on.
package struct LogFile: Hashable, Sendable {
    package var path: String

    package init(path: String) {
        self.path = path
    }

    /// Opens it for a process to append to; only its owner can read it.
    func open() throws(SystemError) -> OwnedDescriptor {
        try OwnedDescriptor(opening: path, O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
    }

    /// What became of a log that was looked at.
    enum Rotation: Hashable {
        case notNeeded
        /// Its lines are in `PATH.1`.
        case rotated
        /// There was no room for a copy: older parts went first, then its lines.
        case discarded(SystemError)
    }

    /// Copies the file to `PATH.1` and empties it, when it is longer than `limits.bytes`.
    ///
    /// The writer is detached and keeps its descriptor, so the file cannot be replaced under it;
    /// because it appends, it goes on at the start. What it writes between the last read and the
    /// cut is lost: a moment of microseconds, as short as following the writer to its end can make
    /// it.
    ///
    /// On a full disk the oldest parts make room. What would fill it for ever is a log that is
    /// never emptied, so in the end its lines are given up.
    @discardableResult
    func rotate(_ limits: LogLimits) throws(SystemError) -> Rotation {
        let file = try OwnedDescriptor(opening: path, O_RDWR)
        let size = Int(lseek(file.number, 0, SEEK_END))
        guard size > limits.bytes else {
            return .notNeeded
        }
        var result = Rotation.rotated
        while true {
            do throws(SystemError) {
                try copy(file, of: size, limit: limits.bytes)
                break
            } catch  where [ENOSPC, EDQUOT].contains(error.code) {
                if !removeOldestPart(of: limits.files) {
                    result = .discarded(error)
                    break
                }
            }
        }
        if result == .rotated {
            for number in stride(from: limits.files - 1, to: 1, by: -1) {
                rename("\(path).\(number - 1)", "\(path).\(number)")
            }
            guard rename(copyPath, "\(path).1") == 0 else {
                throw SystemError(code: errno)
            }
        }
        guard ftruncate(file.number, 0) == 0 else {
            throw SystemError(code: errno)
        }
        return result
    }

    /// Not a part yet: what stands there is whole only when it was renamed.
    private var copyPath: String { "\(path).new" }

    /// Writes the copy beside the file, or throws and leaves none.
    private func copy(
        _ file: borrowing OwnedDescriptor,
        of size: Int,
        limit: Int
    ) throws(SystemError) {
        unlink(copyPath)
        let copy = try OwnedDescriptor(
            opening: copyPath,
            O_WRONLY | O_CREAT | O_EXCL,
            mode: 0o600
        )
        do throws(SystemError) {
            try Self.copy(file, of: size, to: copy, limit: limit)
        } catch {
            unlink(copyPath)
            throw error
        }
    }

    /// Whether there was one.
    private func removeOldestPart(of files: Int) -> Bool {
        stride(from: files - 1, to: 0, by: -1).contains { unlink("\(path).\($0)") == 0 }
    }

    /// Copies the newest lines of a file that grows: those from `limit` bytes before its end.
    private static func copy(
        _ file: borrowing OwnedDescriptor,
        of size: Int,
        to copy: borrowing OwnedDescriptor,
        limit: Int
    ) throws(SystemError) {
        // Of one that has outgrown the limit by far, the start would only fill the disk.
        let start = size > 2 * limit ? size - limit : 0
        lseek(file.number, off_t(start), SEEK_SET)
        var isInFirstLine = start > 0
        // Bounded: a writer that is faster than this loop must not hold it for ever.
        var left = 4 * limit
        // A file can be seen to grow in the middle of a line that is written, by a page. Such a
        // line is whole a moment later; one that stays open is only a line without an end.
        var patience = 1_000
        var isLineOpen = false
        while left > 0, patience > 0 {
            var bytes = try file.read(atMost: 1 << 18)
            if bytes.isEmpty {
                guard isLineOpen else {
                    break
                }
                patience -= 1
                continue
            }
            isLineOpen = bytes.last != UInt8(ascii: "\n")
            left -= bytes.count
            if isInFirstLine {
                let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count - 1
                bytes.removeFirst(end + 1)
                isInFirstLine = bytes.isEmpty
            }
            try copy.write(bytes)
        }
    }

    /// The last lines, oldest first, each cut at 4 KiB, as bytes read as UTF-8.
    package func tail(lines count: Int) -> [String] {
        var lines = Self.lines(of: path, atMost: count)
        if lines.count < count {
            // Just rotated.
            lines = Self.lines(of: "\(path).1", atMost: count - lines.count) + lines
        }
        return lines
    }

    private static let lineLimit = 4_096

    private static func lines(of path: String, atMost count: Int) -> [String] {
        guard count > 0, let bytes = end(of: path, atMost: min(count, 256) * lineLimit) else {
            return []
        }
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true {
            lines.removeLast()
        }
        return lines.suffix(count).map { line in
            String(decoding: line.prefix(lineLimit), as: UTF8.self)
        }
    }

    private static func end(of path: String, atMost limit: Int) -> [UInt8]? {
        guard let file = try? OwnedDescriptor(opening: path, O_RDONLY) else {
            return nil
        }
        let size = lseek(file.number, 0, SEEK_END)
        lseek(file.number, max(0, size - off_t(limit)), SEEK_SET)
        return try? file.readAll(limit: limit)
    }
}
