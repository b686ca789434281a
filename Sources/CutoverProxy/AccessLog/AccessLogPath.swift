import Glibc

/// Where access logs may stand.
enum AccessLogPath {
    /// Why a table's path is refused; `nil` when it is not.
    static func refusal(_ path: String) -> String? {
        guard path.hasPrefix("/"), !path.hasSuffix("/"), !path.utf8.contains(0),
            path.utf8.count < 4_096
        else {
            return "the access log \(path) is no absolute path of a file"
        }
        return nil
    }

    /// Why no file can stand there; `nil` when its directory can be opened.
    ///
    /// Asked when the path is new, to be reported at once: it costs lines, not traffic.
    static func unusable(_ path: String) -> String? {
        let directory = parentDirectory(of: path)
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            return "the access log \(path) has a directory that cannot be opened, \(directory): "
                + systemMessage(errno)
        }
        close(descriptor)
        return nil
    }
}
