import Foundation
import Testing

/// The cases of the raw suites against nginx and HAProxy, side by side with the proxy.
///
/// It takes minutes, since a proxy that waits where the policy wants an answer is waited for, and it
/// needs both programs, so it runs on demand: `CUTOVER_PEERS=1 swift test --filter PeerTests` prints
/// a table, with `CUTOVER_PEERS=all` also what each case showed. Limits are not compared: they are
/// everybody's own.
@Suite struct PeerTests {
    private static let wish = ProcessInfo.processInfo.environment["CUTOVER_PEERS"]

    private static let requests = HostileRequestTests.families.filter(\.isComparable)
    private static let responses = HostileResponseTests.families.filter(\.isComparable)

    /// Longest wait for a peer, in milliseconds; the proxy itself answers within some.
    private static let patience = 300

    @Test(.enabled(if: wish != nil, "CUTOVER_PEERS=1 compares with nginx and HAProxy"))
    func theProxyIsTheStrictest() throws {
        let requestCount = Self.requests.map(\.cases.count).reduce(0, +)
        let responseCount = Self.responses.map(\.cases.count).reduce(0, +)
        let own = try RecordedProxy().run(Self.deviations)
        var columns = [("cutover", own)]
        for program in Peer.Program.allCases {
            let bench = try RawBench(patience: Self.patience)
            guard let peer = try Peer(program, instancePort: bench.instancePort) else {
                print("\(program.rawValue) is not in PATH: NOT compared")
                continue
            }
            let deviations = withExtendedLifetime(peer) {
                Self.deviations(RawSuite(bench: bench, port: peer.port))
            }
            columns.append((program.rawValue, deviations))
        }
        print("\(requestCount) requests and \(responseCount) responses")
        print(Self.table(columns))
        if Self.wish == "all" {
            for (name, deviations) in columns {
                for deviation in deviations { print("\(name): \(deviation)") }
            }
        }
        #expect(own.isEmpty, "\(own.map(\.description).joined(separator: "\n"))")
    }

    private static func deviations(_ suite: RawSuite) -> [RawSuite.Deviation] {
        requests.flatMap { suite.run($0) } + responses.flatMap { suite.run($0) }
    }

    /// The outcomes, the worst first, and how many cases showed each as their worst.
    private static func table(_ columns: [(String, [RawSuite.Deviation])]) -> String {
        func row(_ cells: [String]) -> String {
            cells.enumerated().map { index, cell in
                let width = index == 0 ? 14 : 9
                let padding = String(repeating: " ", count: max(0, width - cell.count))
                return index == 0 ? cell + padding : padding + cell
            }.joined()
        }
        let rows = Outcome.allCases.reversed().filter { $0 != .ok }.map { outcome in
            row(
                ["\(outcome)"]
                    + columns.map { "\($0.1.count { $0.outcome == outcome })" }
            )
        }
        return ([row([""] + columns.map(\.0))] + rows).joined(separator: "\n")
    }
}
