import Foundation

/// Writes a line for people to standard error.
///
/// Nobody may read it: that is no reason to end.
func complain(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data("cutover: \(text)\n".utf8))
}
