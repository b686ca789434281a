/// A manifest with a fault, and what must be said about it.
struct BrokenManifest {
    /// What of the good manifest is replaced, and by what.
    var replaced: String
    var replacement: String
    /// Line and column of the fault.
    var place: String
    /// A part of what is said.
    var message: String

    init(_ replaced: String, _ replacement: String, at place: String, saying message: String) {
        self.replaced = replaced
        self.replacement = replacement
        self.place = place
        self.message = message
    }

    static let good = """
        project: shop
        services:
          checkout:
            listen: 127.0.0.1:8080
            preview: 127.0.0.1:8081
            instances: 2
            runtime:
              command: [sleep, "${port}"]
              ports: 9100-9199
            health:
              http: {path: /healthz}
              interval: 1s
            strategy:
              blueGreen:
                bake: 1m
          search:
            listen: 127.0.0.1:8090
            instances: 3
            runtime:
              command: [sleep, "${port}"]
              ports: 9200-9299
            strategy:
              rolling:
                batch: 1

        """

    var text: String { Self.good.replacing(replaced, with: replacement, maxReplacements: 1) }

    static let all: [BrokenManifest] = [
        Self("    instances: 2", "    instanses: 2", at: "6:5", saying: "instances"),
        Self("instances: 2", "instances: 0", at: "6:16", saying: "1"),
        Self("instances: 2", "instances: two", at: "6:16", saying: "two"),
        Self("instances: 2", "instances: 2000", at: "6:16", saying: "100"),
        Self("interval: 1s", "interval: 1", at: "12:17", saying: "s"),
        Self("interval: 1s", "interval: 1 parsec", at: "12:17", saying: "parsec"),
        Self("bake: 1m", "bake: -1m", at: "15:15", saying: "-1m"),
        Self("127.0.0.1:8080", "127.0.0.1", at: "4:13", saying: "127.0.0.1"),
        Self("127.0.0.1:8080", "127.0.0.1:99999", at: "4:13", saying: "65535"),
        Self("127.0.0.1:8081", "127.0.0.1:8080", at: "5:14", saying: "8080"),
        Self("127.0.0.1:8090", "127.0.0.1:8080", at: "17:13", saying: "8080"),
        Self("ports: 9100-9199", "ports: 9100-9101", at: "9:14", saying: "4"),
        Self("ports: 9200-9299", "ports: 9150-9299", at: "21:14", saying: "9150"),
        Self("ports: 9100-9199", "ports: 8000-8100", at: "4:13", saying: "8000"),
        Self("      command: [sleep, \"${port}\"]\n", "", at: "7:5", saying: "command"),
        Self("\"${port}\"", "\"${prot}\"", at: "8:24", saying: "port"),
        Self("blueGreen:", "bluegreen:", at: "14:7", saying: "blueGreen"),
        Self("batch: 1", "batch: 7", at: "24:16", saying: "3"),
        Self("  search:", "  checkout:", at: "16:3", saying: "checkout"),
        Self("    listen: 127.0.0.1:8090", "\tlisten: 127.0.0.1:8090", at: "17:1", saying: "tab"),
        Self("http: {path: /healthz}", "http: {path: /healthz", at: "", saying: "}"),
        Self("project: shop", "- project", at: "2:1", saying: "column"),
        Self("path: /healthz", "path: healthz", at: "11:20", saying: "/"),
    ]
}
