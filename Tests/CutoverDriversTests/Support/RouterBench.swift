import CutoverCore
import CutoverTestSupport
import CutoverWire
import Foundation

@testable import CutoverDrivers

/// A router over a real proxy, the program of this package, in a directory of its own.
final class RouterBench: Sendable {
    let directory: TemporaryDirectory
    /// Where the proxy listens for clients.
    let listen: CutoverWire.SocketAddress
    let port: UInt16

    init() throws {
        directory = try TemporaryDirectory()
        port = try Listener().port
        listen = .ipv4(host: "127.0.0.1", port: port)
    }

    func router(
        executable: String = RouterBench.executable,
        image: String? = nil,
        threads: Int? = 1,
        proxyUser: String? = nil,
        epoch: UInt64 = 1
    ) -> EmbeddedRouter {
        EmbeddedRouter(
            executable: executable,
            image: image,
            stateDirectory: directory.path,
            threads: threads,
            proxyUser: proxyUser,
            epoch: epoch,
            clock: .test,
            logger: .quiet,
            engineEnvironment: ["PATH": "/usr/bin:/bin"]
        )
    }

    /// A table with one service and one instance, `key`.
    func table(
        _ generation: UInt64,
        _ backend: CutoverWire.SocketAddress,
        isDraining: Bool = false
    ) -> ProxyTable {
        let other = ProxyBackend(key: "other", address: .ipv4(host: "127.0.0.1", port: 9))
        let leaving = ProxyBackend(key: "key", address: backend, isDraining: isDraining)
        let side = ProxySide(
            name: "blue",
            release: "v1",
            weight: 1,
            backends: isDraining ? [leaving, other] : [leaving]
        )
        let route = ProxyRoute(service: "web", listen: listen, sides: [side])
        return ProxyTable(generation: generation, epoch: 1, routes: [route])
    }

    /// What a client gets: a status, or why there is none.
    func request() async -> String {
        let outcome = await HTTPRequester(clock: .test)
            .get(HTTPExpectation(path: "/"), from: listen, timeout: .seconds(20))
        return outcome.status.map(String.init) ?? outcome.fault ?? "nothing"
    }

    /// Beside the tests, where the build put it.
    static let executable: String = {
        let own = (try? executablePath()) ?? ""
        let bundle = ([own] + CommandLine.arguments).first { $0.contains(".xctest") } ?? own
        let folder = bundle.components(separatedBy: "/").prefix { !$0.contains(".xctest") }
        return folder.joined(separator: "/") + "/cutover"
    }()

    private static func executablePath() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }
}

extension EmbeddedRouter {
    /// As when there was no descriptor for copies of the listening sockets.
    func keepNoListeners() {
        kept = nil
    }

    /// As with fewer descriptors.
    func keep(atMost count: Int) {
        keptMaximum = count
    }
}
