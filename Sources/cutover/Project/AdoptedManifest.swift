import Foundation

/// Which manifest the engine of a state directory has read, kept there for whoever comes later.
///
/// By it a client finds the engine of a manifest that is broken by now, sees that one has changed,
/// and keeps away from another's.
struct AdoptedManifest: Codable, Equatable {
    /// Absolute.
    var path: String
    /// Of the text that was read.
    var digest: String

    private static let fileName = "manifest.json"

    init(path: String, digest: String) {
        self.path = path
        self.digest = digest
    }

    /// `nil`: no engine has used the directory, or the file cannot be read.
    init?(in directory: String) {
        let file = URL(filePath: directory).appending(path: Self.fileName)
        guard let bytes = try? Data(contentsOf: file),
            let record = try? JSONDecoder().decode(Self.self, from: bytes)
        else { return nil }
        self = record
    }

    /// Replaces what stands in the directory, whose lock the caller's store holds.
    func write(in directory: String) throws {
        let file = URL(filePath: directory).appending(path: Self.fileName)
        try JSONEncoder().encode(self).write(to: file, options: .atomic)
    }
}
