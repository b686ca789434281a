import Foundation

/// The end of a log file.
enum LogTail {
    /// No more than this is read, however long the lines are.
    private static let bytesMax: UInt64 = 262_144

    /// The last lines, oldest first, as bytes read as UTF-8.
    ///
    /// - Throws: Foundation's error, when the file cannot be read.
    static func lines(of path: String, last count: Int) throws -> [String] {
        let handle = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? handle.close() }
        let size = try handle.seekToEnd()
        let start = size > bytesMax ? size - bytesMax : 0
        try handle.seek(toOffset: start)
        let text = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        // The first line of a cut file is the end of a longer one.
        if start > 0, !lines.isEmpty { lines.removeFirst() }
        return lines.suffix(count)
    }
}
