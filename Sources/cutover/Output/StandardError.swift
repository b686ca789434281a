import Foundation

/// Writes a line for people to standard error.
///
/// Nobody may read it: that is no reason to end.
func complain(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data("cutover: \(text)\n".utf8))
}

extension CocoaError {
    /// Why, as the system says it where it does.
    var reason: String {
        let cause = userInfo[NSUnderlyingErrorKey] as? any Error
        switch (cause as? POSIXError, code) {
        case (let cause?, _): return String(cString: strerror(cause.code.rawValue))
        case (nil, .fileNoSuchFile), (nil, .fileReadNoSuchFile): return "there is no such file"
        case (nil, .fileReadNoPermission), (nil, .fileWriteNoPermission):
            return "permission denied"
        case (nil, _): return localizedDescription
        }
    }
}
