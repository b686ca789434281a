import CutoverCore
import Testing

@Suite struct HealthTrackerTests {
    @Test func onlyConsecutiveSuccessesMakeAnInstanceHealthy() {
        var tracker = tracker()
        #expect(tracker.record(probe(1, passed: true)) == nil)
        #expect(tracker.record(probe(2, passed: false)) == nil)
        #expect(tracker.record(probe(3, passed: true)) == nil)
        #expect(!tracker.isHealthy)
        #expect(tracker.record(probe(4, passed: true)) == .becameHealthy)
        #expect(tracker.isHealthy)
    }

    @Test func onlyConsecutiveFailuresMakeItUnhealthy() {
        var tracker = healthy()
        #expect(tracker.record(probe(3, passed: false)) == nil)
        #expect(tracker.record(probe(4, passed: false)) == nil)
        #expect(tracker.record(probe(5, passed: true)) == nil)
        #expect(tracker.record(probe(6, passed: false)) == nil)
        #expect(tracker.record(probe(7, passed: false)) == nil)
        #expect(tracker.isHealthy)
        let change = tracker.record(probe(8, passed: false))
        #expect(change == .becameUnhealthy(evidence: "probe: connection refused after 4 ms"))
    }

    @Test func failuresInTheStartGraceDoNotCount() {
        var tracker = tracker(startGrace: .seconds(10))
        for second in 1...9 {
            #expect(tracker.record(probe(second, passed: false)) == nil)
        }
        #expect(!tracker.isKnown)
        #expect(tracker.record(probe(10, passed: false)) == nil)
        #expect(tracker.record(probe(11, passed: false)) == nil)
        #expect(tracker.record(probe(12, passed: false)) != nil)
    }

    @Test func theFirstSuccessEndsTheStartGrace() {
        var tracker = tracker(startGrace: .seconds(60))
        _ = tracker.record(probe(1, passed: true))
        for second in 2...3 {
            #expect(tracker.record(probe(second, passed: false)) == nil)
        }
        #expect(tracker.record(probe(4, passed: false)) != nil)
    }

    @Test func nothingIsKnownOfAnotherProcess() {
        var tracker = healthy()
        tracker.processEnded()
        #expect(!tracker.isHealthy && !tracker.isKnown)
        #expect(tracker.record(probe(9, passed: true)) == nil)
    }

    private func healthy() -> HealthTracker {
        var tracker = tracker()
        _ = tracker.record(probe(1, passed: true))
        _ = tracker.record(probe(2, passed: true))
        return tracker
    }

    private func tracker(startGrace: Duration = .zero) -> HealthTracker {
        var tracker = HealthTracker(
            configuration: HealthConfiguration(
                probe: .tcp,
                interval: .seconds(1),
                timeout: .seconds(1),
                rise: 2,
                fall: 3,
                startGrace: startGrace,
                minimumHealthyTime: .seconds(2),
                startTimeout: .seconds(60)
            )
        )
        tracker.processStarted(at: Timestamp(milliseconds: 0))
        return tracker
    }

    private func probe(_ second: Int, passed: Bool) -> ProbeResult {
        ProbeResult(
            at: Timestamp(milliseconds: Int64(second) * 1000),
            passed: passed,
            status: nil,
            bytes: 0,
            duration: .milliseconds(4),
            error: passed ? nil : "connection refused"
        )
    }
}
