import CutoverCore
import CutoverTestSupport
import Foundation
import Testing

/// Runs thousands of rollouts in worlds that go wrong in every way that the contract allows.
///
/// Each must keep every promise at every step, end once the weather clears up, and end where it
/// says it did. One test loops over many seeds: a failure names its seed, and that seed alone
/// replays it.
@Suite struct SimulationTests {
    @Test func everyBlueGreenRolloutIsSafeAndEnds() {
        let tally = simulate(seeds: 0..<10_000, isRolling: false)
        tally.expectVariety()
    }

    @Test func everyRollingRolloutIsSafeAndEnds() {
        let tally = simulate(seeds: 0..<10_000, isRolling: true)
        tally.expectVariety()
    }

    @Test func everyServiceIsSafeWhileDeploysOvertakeEachOther() {
        for isRolling in [false, true] {
            let tally = simulate(seeds: 50_000..<51_000, isRolling: isRolling, deploys: 25)
            #expect(tally["superseded"] > 200, "\(tally)")
            #expect(tally["promoted"] > 500, "\(tally)")
        }
    }

    /// Prints one run event by event: `CUTOVER_SEED=55 CUTOVER_ROLLING=1 CUTOVER_DEPLOYS=0`.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["CUTOVER_SEED"] != nil))
    func theNamedSeedIsSafeAndEnds() {
        let environment = ProcessInfo.processInfo.environment
        var run = SimulationSetup.run(
            seed: environment["CUTOVER_SEED"].flatMap { UInt64($0) } ?? 0,
            isRolling: environment["CUTOVER_ROLLING"] == "1",
            deploys: environment["CUTOVER_DEPLOYS"].flatMap { Int($0) } ?? 0
        )
        run.trace = ["\(run.service.configuration.strategy) \(run.world.weather) \(run.habits)"]
        let hasEnded = run.run(limit: 3000)
        if hasEnded { run.auditEnd() }
        print((run.trace ?? []).joined(separator: "\n"))
        #expect(hasEnded && run.world.violations.isEmpty, "\(run.world.violations)")
    }

    private func simulate(seeds: Range<UInt64>, isRolling: Bool, deploys: Int = 0) -> OutcomeTally {
        var tally = OutcomeTally()
        var failures = 0
        for seed in seeds {
            var run = SimulationSetup.run(seed: seed, isRolling: isRolling, deploys: deploys)
            let hasEnded = run.run(limit: 3000)
            if hasEnded { run.auditEnd() }
            if !hasEnded || !run.world.violations.isEmpty {
                failures += 1
                let sentence = run.service.rollout?.progress(now: run.now).sentence ?? ""
                let broken = run.world.violations.first ?? "stuck: \(sentence)"
                Issue.record("seed \(seed): \(broken)")
                if failures == 10 { break }
            }
            tally.count(run.outcomes)
        }
        return tally
    }
}

/// How often rollouts ended in each way.
///
/// A simulation that never gets somewhere proves nothing of it.
struct OutcomeTally: CustomStringConvertible {
    private var counts: [String: Int] = [:]

    subscript(name: String) -> Int { counts[name, default: 0] }

    var description: String {
        counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    mutating func count(_ outcomes: [Outcome]) {
        for outcome in outcomes {
            counts[name(of: outcome), default: 0] += 1
        }
    }

    func expectVariety() {
        #expect(self["promoted"] > 2000, "\(self)")
        for name in [
            "startTimeout", "instancesFailed", "gateExpired", "operatorRequest", "anomaly",
        ] {
            #expect(self[name] > 100, "\(self)")
        }
    }

    private func name(of outcome: Outcome) -> String {
        switch outcome {
        case .promoted: "promoted"
        case .superseded: "superseded"
        case .rolledBack(let reason), .failed(let reason):
            switch reason {
            case .operatorRequest: "operatorRequest"
            case .startTimeout: "startTimeout"
            case .instancesFailed: "instancesFailed"
            case .gateExpired: "gateExpired"
            case .anomaly: "anomaly"
            case .superseded: "superseded"
            case .effectFailed: "effectFailed"
            }
        }
    }
}
