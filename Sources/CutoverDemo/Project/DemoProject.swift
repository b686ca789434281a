package import CutoverCore
package import Foundation

/// The project of the demo: a manifest with two services, made in a folder of its own.
package struct DemoProject: Sendable {
    package var directory: URL
    package var checkout: Int
    package var checkoutPreview: Int
    package var search: Int

    package static let blueGreen = ServiceName(rawValue: "checkout")
    package static let rolling = ServiceName(rawValue: "search")

    /// The releases to try, as the deploy form offers them, the first to deploy first.
    package static let releases = [
        "v1", "v2", "v3-slow", "v4-failing", "v5-unhealthy", "v6-crashing",
    ]

    /// Writes the manifest into `directory`, which is made with mode 0700 when it is missing.
    ///
    /// A folder that holds a manifest of an earlier demo is gone on with, ports and all.
    ///
    /// - Throws: ``DemoError`` when no ports are free, and Foundation's errors of the file system.
    package init(directory: URL, executable: String) throws {
        self.directory = directory
        try FileManager.default.createDirectory(
            at: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let saved = directory.appending(path: "ports.json")
        let ports: [Int]
        if let data = try? Data(contentsOf: saved),
            let list = try? JSONDecoder().decode([Int].self, from: data), list.count == 2
        {
            ports = list
        } else {
            ports = try [
                FreePorts.first(of: 3, from: 18080, to: 19000),
                FreePorts.first(of: 64, from: 19100, to: 29000),
            ]
            try JSONEncoder().encode(ports).write(to: saved, options: .atomic)
        }
        (checkout, checkoutPreview, search) = (ports[0], ports[0] + 1, ports[0] + 2)
        let text = Self.manifest(listening: ports[0], instances: ports[1], executable: executable)
        try text.write(to: manifest, atomically: true, encoding: .utf8)
    }

    package var manifest: URL { directory.appending(path: "cutover.yaml") }

    private static func manifest(listening: Int, instances: Int, executable: String) -> String {
        let releases = releases.joined(separator: ", ")
        let command = """
            ["\(executable)", sample-service, --port, "${port}", --release, "${release}", \
            --instance, "${instance}"]
            """
        return """
            project: demo
            onDisconnect: continue
            services:
              checkout:
                listen: 127.0.0.1:\(listening)
                preview: 127.0.0.1:\(listening + 1)
                instances: 4
                releases: [\(releases)]
                runtime:
                  command: \(command)
                  ports: \(instances)-\(instances + 31)
                  stopGrace: 5s
                  restart: {initialDelay: 200ms, maximumDelay: 2s, limit: 3, window: 30s}
                health:
                  http: {path: /healthz}
                  interval: 250ms
                  timeout: 1s
                  minimumHealthyTime: 1s
                  startTimeout: 15s
                strategy:
                  blueGreen: {gateExpires: 10m, bake: 10s, keepWarm: 5m}
                checks:
                  - {name: smoke, http: {path: /}, timeout: 2s, retries: 1}
                drain: {timeout: 10s}
                analysis:
                  window: 5s
                  minimumRequests: 30
                  errorRate: 2%
                  latency: {quantile: 99%, limit: 350ms}
                  onFailure: hold
              search:
                listen: 127.0.0.1:\(listening + 2)
                instances: 6
                releases: [\(releases)]
                runtime:
                  command: \(command)
                  ports: \(instances + 32)-\(instances + 63)
                  stopGrace: 5s
                  restart: {initialDelay: 200ms, maximumDelay: 2s, limit: 3, window: 30s}
                health:
                  http: {path: /healthz}
                  interval: 250ms
                  timeout: 1s
                  minimumHealthyTime: 1s
                  startTimeout: 15s
                strategy:
                  rolling: {batch: 2, surge: 2, monitor: 5s}
                drain: {timeout: 10s}
                analysis:
                  window: 5s
                  minimumRequests: 15
                  errorRate: 2%
                  latency: {quantile: 99%, limit: 350ms}
                  onFailure: hold

            """
    }
}

/// Why the demo cannot run.
package enum DemoError: Error, CustomStringConvertible {
    case noFreePorts(count: Int)

    package var description: String {
        switch self {
        case .noFreePorts(let count):
            "no \(count) neighbouring ports are free on 127.0.0.1: end what listens there"
        }
    }
}
