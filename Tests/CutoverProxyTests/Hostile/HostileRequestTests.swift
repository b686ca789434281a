import CutoverWire
import Testing

@testable import CutoverProxy

/// Hostile and unusual requests, raw on the wire: none may reach an instance in a form that has two
/// readings, and no legal one is refused.
///
/// The policy where the RFCs leave a choice is the expectation of each case. A strict reader judges
/// what a recording instance got, the client's side is judged too, and each case is followed by a
/// canary on a new connection, which catches a poisoned one between proxy and instance.
///
/// `CUTOVER_PEERS=1 swift test --filter PeerTests` runs the same cases against nginx and HAProxy.
@Suite struct HostileRequestTests {
    static let families =
        RequestLineCases.families + HostCases.families + FieldCases.families
        + LengthCases.families + ChunkCases.families + HopCases.families + ExpectCases.families
        + LimitCases.families + PipeliningCases.families

    @Test(arguments: families)
    func noneComesThroughThatTheInstanceCouldMisread(family: RequestFamily) throws {
        let proxy = try RecordedProxy()
        report(proxy.run { $0.run(family) })
    }

    @Test func aBodyIsHeldToItsLimit() throws {
        var settings = ProxySettings()
        settings.bodyBytes = 5
        let proxy = try RecordedProxy(settings)
        report(proxy.run { $0.run(LimitCases.bodies) })
    }

    /// With the client connected to the instance itself, whatever is refused elsewhere gets through.
    @Test func withoutAProxyTheFaultsShow() throws {
        let bench = try RawBench(patience: 10)
        let family = try #require(Self.families.first { $0.name == "both framings" })
        let deviations = RawSuite(bench: bench, port: bench.instancePort).run(family)
        #expect(deviations.count == family.cases.count)
        #expect(deviations.contains { $0.outcome == .dangerous })
    }

    @Test func thereAreEnoughCasesAndEachHasANameOfItsOwn() {
        let names = Self.families.flatMap { family in family.cases.map { family.name + $0.name } }
        #expect(names.count >= 300)
        #expect(Set(names).count == names.count, "\(repeated(names))")
    }
}

/// Hostile and unusual responses, with the same method: what reaches a client is well-formed, ends
/// where it seems to end, and belongs to its request.
@Suite struct HostileResponseTests {
    static let families =
        StatusLineCases.families + ResponseFramingCases.families + PoisonCases.families

    @Test(arguments: families)
    func noneComesThroughThatTheClientCouldMisread(family: ResponseFamily) throws {
        let proxy = try RecordedProxy()
        report(proxy.run { $0.run(family) })
    }

    @Test func eachCaseHasANameOfItsOwn() {
        let names = Self.families.flatMap { family in family.cases.map { family.name + $0.name } }
        #expect(Set(names).count == names.count, "\(repeated(names))")
    }
}

/// All deviations together are one issue.
private func report(_ deviations: [RawSuite.Deviation]) {
    if !deviations.isEmpty {
        let text = deviations.map(\.description).joined(separator: "\n")
        Issue.record("\(deviations.count) deviations\n\(text)")
    }
}

private func repeated(_ names: [String]) -> [String] {
    Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.map(\.key)
}
