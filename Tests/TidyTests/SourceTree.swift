import Foundation

/// The files of the repository as they stand on disk, read once.
struct SourceTree {
    struct File {
        /// Relative to the root, such as `Sources/CutoverCore/Vocabulary/Slot.swift`.
        var path: String
        var lines: [String]
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    var files: [File]

    init() throws {
        files = try ["Sources", "Tests"].flatMap(Self.swiftFiles(under:))
    }

    func files(under folder: String) -> [File] {
        files.filter { $0.path.hasPrefix(folder) }
    }

    private static func swiftFiles(under folder: String) throws -> [File] {
        let start = root.appending(path: folder).path
        guard let names = FileManager.default.enumerator(atPath: start) else { return [] }
        return try names.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted()
            .map { name in
                let url = root.appending(path: folder).appending(path: name)
                let text = try String(contentsOf: url, encoding: .utf8)
                return File(
                    path: "\(folder)/\(name)",
                    lines: text.split(separator: "\n", omittingEmptySubsequences: false)
                        .map(String.init)
                )
            }
    }
}
