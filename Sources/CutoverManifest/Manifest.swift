import CutoverCore
import Foundation
import Yams

/// `cutover.yaml`: from text to configuration, or to every fault at once.
package enum Manifest {
    /// The file that is read when none is named.
    package static let fileName = "cutover.yaml"

    /// Reads and checks a manifest.
    ///
    /// - Parameters:
    ///   - path: Of the file; its directory is where the manifest's relative paths start.
    ///   - surroundings: Where directories, files and programs are looked up; what is not found is
    ///     a warning. `nil` looks nothing up.
    /// - Returns: The configuration, or at least one error.
    package static func load(
        path: String,
        surroundings: Surroundings? = .current
    ) -> ManifestResult {
        switch ManifestFile.read(path) {
        case .success(let text): parse(text: text, path: path, surroundings: surroundings)
        case .failure(let fault):
            ManifestResult(
                path: path,
                source: nil,
                configuration: nil,
                diagnostics: [fault.diagnostic]
            )
        }
    }

    /// Checks the text of a manifest.
    package static func parse(
        text: String,
        path: String,
        surroundings: Surroundings? = nil
    ) -> ManifestResult {
        decode(text: text, path: path, surroundings: surroundings).result
    }

    /// The result, with every key of the reference that was read on the way.
    static func decode(
        text: String,
        path: String,
        surroundings: Surroundings? = nil
    ) -> (result: ManifestResult, askedKeys: Set<String>) {
        let source = SourceText(text)
        func failed(_ diagnostics: [Diagnostic]) -> ManifestResult {
            ManifestResult(
                path: path,
                source: source,
                configuration: nil,
                diagnostics: diagnostics.inOrderOfPlace()
            )
        }
        do {
            guard let tree = try YAMLTree.compose(source) else {
                return (failed([emptyManifest]), [])
            }
            let scan = ManifestScan(
                source: source,
                directory: directory(of: path),
                surroundings: surroundings,
                renamedKeys: tree.renamedKeys
            )
            guard let top = topSection(tree.root, scan) else {
                return (failed(scan.diagnostics), [])
            }
            let configuration = ProjectDecoder(top: top).decode()
            let result = ManifestResult(
                path: path,
                source: source,
                configuration: scan.diagnostics.contains { $0.severity == .error }
                    ? nil : configuration,
                diagnostics: scan.diagnostics.inOrderOfPlace()
            )
            return (result, scan.askedKeys)
        } catch {
            return (failed([error.diagnostic]), [])
        }
    }

    private static let emptyManifest = Diagnostic(
        severity: .error,
        summary: "the manifest is empty",
        detail: "It needs 'services' with at least one service.",
        location: SourceLocation(line: 1, column: 1)
    )

    private static func topSection(_ root: Node, _ scan: ManifestScan) -> Section? {
        let place = scan.place(root)
        switch root {
        case .mapping(let mapping):
            return Section(mapping, scan: scan, path: "", title: "the manifest", header: place)
        case .scalar, .sequence, .alias:
            let entry = Entry(key: "", keyPlace: place, node: root, place: place)
            if entry.isNull {
                scan.error(
                    emptyManifest.summary,
                    at: emptyManifest.location,
                    detail: emptyManifest.detail
                )
            } else {
                scan.error(
                    "the manifest is \(entry.description), not a mapping",
                    at: place,
                    detail: "It begins with keys such as 'services:'."
                )
            }
            return nil
        }
    }

    private static func directory(of path: String) -> String {
        let absolute =
            path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        return URL(fileURLWithPath: absolute).deletingLastPathComponent().standardizedFileURL.path
    }
}
