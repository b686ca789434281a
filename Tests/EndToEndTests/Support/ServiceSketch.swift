/// One service of a manifest, with timings that suit a test.
struct ServiceSketch {
    var name = "shop"
    var ports: PortBlock
    /// Which of the block's ports it has: the first two for clients, the others for instances.
    var offset = 0
    var instances = 2
    var command = ServiceSketch.sample
    /// Addresses that the test serves itself, as YAML in one line, in the place of the command.
    var external: String?
    /// Below `strategy:`, as YAML in one line.
    var strategy = "{blueGreen: {bake: 2s, keepWarm: 5m}}"
    var health = "{http: {path: /healthz}, interval: 250ms, timeout: 2s, minimumHealthyTime: 1s}"
    var drainTimeout = "20s"
    var checks: String?
    var analysis = "{window: 3s, minimumRequests: 20, errorRate: 5%, onFailure: hold}"
    var stopGrace = "3s"

    /// A release of the demo's service; the last part of its name is its behaviour.
    static let sample = """
        ["\(Product.path)", sample-service, --port, "${port}", --release, "${release}", \
        --instance, "${instance}"]
        """

    /// A service that is not ours, which holds requests to `/hold?SECONDS`.
    static let slow = """
        [python3, "\(Support.path("slow_service.py"))", "${port}", "${release}"]
        """

    /// The same on a Unix socket: with this command a service needs no ports.
    static let slowOnSockets = """
        [python3, "\(Support.path("slow_service.py"))", "${socket}", "${release}"]
        """

    var listen: Int { ports[offset] }
    var preview: Int { ports[offset + 1] }

    private var runtime: [String?] {
        if let external { return ["    runtime: {external: \(external)}"] }
        return [
            "    runtime:",
            "      command: \(command)",
            command == Self.slowOnSockets
                ? nil : "      ports: \(ports.range(from: offset + 2, count: 16))",
            "      stopGrace: \(stopGrace)",
            "      restart: {initialDelay: 100ms, maximumDelay: 500ms, limit: 3, window: 30s}",
        ]
    }

    var text: String {
        let head = [
            "  \(name):",
            "    listen: 127.0.0.1:\(listen)",
            "    preview: 127.0.0.1:\(preview)",
            "    instances: \(instances)",
            "    releases: [v1, v2, v3]",
        ]
        let rest = [
            "    health: \(health)",
            "    strategy: \(strategy)",
            checks.map { "    checks: \($0)" },
            "    drain: {timeout: \(drainTimeout)}",
            "    analysis: \(analysis)",
        ]
        return (head + runtime + rest).compactMap(\.self).joined(separator: "\n") + "\n"
    }
}
