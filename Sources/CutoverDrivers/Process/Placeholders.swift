import CutoverCore

/// The values that stand for `${port}`, `${release}`, `${instance}` and `${slot}`.
struct Placeholders {
    private let values: [String: String]

    init(instance: Instance, port: UInt16) {
        values = [
            "port": String(port),
            "release": instance.release.rawValue,
            "instance": instance.name,
            "slot": instance.slot?.rawValue ?? "",
        ]
    }

    /// Those that all instances of a release share; the others stay in the text.
    init(release: ReleaseName, slot: Slot?) {
        values = ["release": release.rawValue, "slot": slot?.rawValue ?? ""]
    }

    /// Whether a text names the port or the name of an instance.
    static func isOfOneInstance(_ text: String) -> Bool {
        text.contains("${port}") || text.contains("${instance}")
    }

    /// The same as variables: `PORT`, `RELEASE`, `INSTANCE` and `SLOT`.
    var variables: [String: String] {
        Dictionary(uniqueKeysWithValues: values.map { ($0.key.uppercased(), $0.value) })
    }

    /// The text with every placeholder replaced; what is none of these four stays as it is.
    ///
    /// Values are not read for placeholders again.
    func replaced(in text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            let inner = rest[start.upperBound...]
            if let end = inner.firstIndex(of: "}"), let value = values[String(inner[..<end])] {
                result += value
                rest = inner[inner.index(after: end)...]
            } else {
                result += "${"
                rest = inner
            }
        }
        return result + rest
    }
}
