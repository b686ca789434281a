import Yams

/// A YAML document as nodes that know their places.
///
/// Yams' own decoder loses the places and accepts unknown keys, so the manifest is decoded from
/// nodes.
struct YAMLTree {
    /// Far above any manifest, and few enough to walk in no time.
    ///
    /// Aliases count each time they are used.
    static let nodeLimit = 200_000

    var root: Node
    /// Keys that stood twice in their mapping, by the place where they were renamed.
    var renamedKeys: [DuplicateKeys.Place: String]

    /// Parses the text, or says in one fault where it stops being YAML; `nil` for no document.
    static func compose(_ source: SourceText) throws(ManifestFault) -> YAMLTree? {
        try AliasBomb.refuse(in: source.text)
        var duplicates = DuplicateKeys(text: source.text)
        while true {
            do {
                // The basic resolver leaves every scalar the text that it is: `on`, `1_000` and
                // `08` mean what this module says, not what YAML 1.1 says.
                guard let root = try Yams.compose(yaml: duplicates.text, .basic) else { return nil }
                try refuseTooManyNodes(root)
                return YAMLTree(root: root, renamedKeys: duplicates.renamed)
            } catch let fault as ManifestFault {
                throw fault
            } catch let error as YamlError {
                if case .duplicatedKeysInMapping(let keys, let context) = error {
                    try duplicates.rename(keys.first ?? "", at: context.mark)
                } else {
                    throw YAMLFault(error, source).fault
                }
            } catch {
                throw ManifestFault(summary: "this is not valid YAML: \(error)")
            }
        }
    }

    private static func refuseTooManyNodes(_ root: Node) throws(ManifestFault) {
        var stack = [root]
        var count = 0
        while let node = stack.popLast() {
            count += 1
            switch node {
            case .mapping(let mapping):
                for (key, value) in mapping {
                    stack.append(key)
                    stack.append(value)
                }
            case .sequence(let sequence): stack.append(contentsOf: sequence)
            case .scalar, .alias: break
            }
            guard count + stack.count <= nodeLimit else {
                throw ManifestFault(
                    summary: "the manifest has more than \(nodeLimit) values",
                    detail: "Aliases ('*name') count each time. A manifest this large is a mistake."
                )
            }
        }
    }
}
