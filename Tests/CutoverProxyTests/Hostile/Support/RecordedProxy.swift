import CutoverWire

@testable import CutoverProxy

/// The proxy of this process in front of a bench.
struct RecordedProxy {
    private let suite: RawSuite
    private let harness: ProxyHarness

    init(_ settings: ProxySettings = ProxySettings()) throws {
        let bench = try RawBench(patience: 5_000)
        let port = freePort()
        harness = try ProxyHarness()
        let side = ProxySide.of("blue", weight: 1, bench.instancePort)
        try harness.apply(.on(port, side, settings: settings))
        suite = RawSuite(bench: bench, port: port)
    }

    /// Runs cases while the proxy lives.
    func run(_ cases: (RawSuite) -> [RawSuite.Deviation]) -> [RawSuite.Deviation] {
        withExtendedLifetime(harness) { cases(suite) }
    }
}
