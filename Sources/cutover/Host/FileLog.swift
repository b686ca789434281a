import Foundation
import Logging
import Synchronization

/// A log of lines in a file of the state directory: the terminal belongs to the dashboard.
struct FileLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .info
    private let file: SharedFile

    /// A file that cannot be opened makes a log that goes nowhere: an engine must not fail for it.
    static func logger(at path: String) -> Logger {
        let file = SharedFile(path)
        return Logger(label: "cutover") { _ in FileLog(file: file) }
    }

    private init(file: SharedFile) {
        self.file = file
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let text = "\(event.message)\(pairs)".replacing("\n", with: "\\n")
        file.write("\(Date().ISO8601Format()) \(event.level) \(text)\n")
    }
}

/// An append-only file that several threads write whole lines to.
private final class SharedFile: Sendable {
    private let handle: Mutex<FileHandle?>

    init(_ path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        let handle = descriptor < 0 ? nil : FileHandle(fileDescriptor: descriptor)
        self.handle = Mutex(handle)
    }

    func write(_ line: String) {
        handle.withLock { try? $0?.write(contentsOf: Data(line.utf8)) }
    }
}
