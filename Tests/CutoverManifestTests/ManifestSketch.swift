/// Builds the text of a manifest from keys of the reference, for tests that go through all of them.
struct ManifestSketch {
    private final class Node {
        var value: String?
        var children: [(key: String, node: Node)] = []

        func child(_ key: String) -> Node {
            if let child = children.first(where: { $0.key == key }) {
                return child.node
            }
            let node = Node()
            children.append((key, node))
            return node
        }

        var text: String {
            if let value, children.isEmpty {
                return value
            }
            let entries = children.map { child in
                child.key.hasSuffix("[]")
                    ? "\(child.key.dropLast(2)): [\(child.node.text)]"
                    : "\(child.key): \(child.node.text)"
            }
            return "{\(entries.joined(separator: ", "))}"
        }
    }

    private let root = Node()

    /// The least manifest in which the key at this path can stand.
    init(around path: String) {
        set("services.NAME.listen", "127.0.0.1:8080")
        set("services.NAME.runtime.command", "[./web]")
        set("services.NAME.runtime.ports", "9100-9199")
        let surroundings = [
            ("services.NAME.strategy.rolling", [("services.NAME.strategy.rolling", "{}")]),
            ("services.NAME.strategy.blueGreen", [("services.NAME.strategy.blueGreen", "{}")]),
            (
                "services.NAME.strategy.blueGreen.soak",
                [("services.NAME.strategy.blueGreen.shift", "[50, 100]")]
            ),
            (
                "services.NAME.strategy.blueGreen.whenInconclusive",
                [("services.NAME.strategy.blueGreen.shift", "[50, 100]")]
            ),
            (
                "services.NAME.strategy.rolling.gateExpires",
                [("services.NAME.strategy.rolling.gateAfter", "[1]")]
            ),
            ("services.NAME.health.http", [("services.NAME.health.http", "{}")]),
            ("services.NAME.proxy.hold", [("services.NAME.proxy.hold", "{}")]),
            ("services.NAME.analysis.latency", [("services.NAME.analysis.latency.limit", "1s")]),
            (
                "services.NAME.checks[]",
                [
                    ("services.NAME.checks[].name", "smoke"),
                    ("services.NAME.preview", "127.0.0.1:8081"),
                ]
            ),
            ("services.NAME.checks[].http", [("services.NAME.checks[].http", "{}")]),
        ]
        for (prefix, keys) in surroundings where path == prefix || path.hasPrefix(prefix + ".") {
            for (key, value) in keys {
                set(key, value)
            }
        }
        if path.hasPrefix("services.NAME.checks[]"), !path.hasPrefix("services.NAME.checks[].http")
        {
            set("services.NAME.checks[].command", "[./check]")
        }
    }

    /// Sets a key, or takes it out.
    func set(_ path: String, _ value: String?) {
        var node = root
        let keys = path.split(separator: ".").map(String.init)
        for key in keys.dropLast() {
            node = node.child(key)
        }
        guard let last = keys.last else { return }
        if let value {
            node.child(last).value = value
        } else {
            node.children.removeAll { $0.key == last }
        }
    }

    var text: String {
        // One key a line at the top, so that the text can be read when a test fails.
        root.children.map { "\($0.key): \($0.node.text)\n" }.joined()
    }
}
