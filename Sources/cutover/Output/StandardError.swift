import Foundation

/// Writes a line for people to standard error.
func complain(_ text: String) {
    FileHandle.standardError.write(Data("cutover: \(text)\n".utf8))
}
