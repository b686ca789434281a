import CutoverCore
import Testing

@testable import CutoverDashboard

/// What an analysis found, in the words of the dashboard.
@Suite struct FindingWordsTests {
    private func finding(
        _ conclusion: Conclusion,
        candidateRequests: Int,
        stableRequests: Int,
        limit: Double?
    ) -> Finding {
        Finding(
            metric: .latency(quantile: 0.99),
            conclusion: conclusion,
            candidate: 412,
            stable: 100,
            comparison: .beforeSwitch,
            limit: limit,
            candidateRequests: candidateRequests,
            stableRequests: stableRequests,
            requiredRequests: 50
        )
    }

    @Test func theSideWithTooFewRequestsIsNamed() {
        let stable = finding(.inconclusive, candidateRequests: 900, stableRequests: 3, limit: nil)
        #expect(stable.brief == "p99 stable n 3/50")
        let candidate = finding(.inconclusive, candidateRequests: 3, stableRequests: 900, limit: 1)
        #expect(candidate.brief == "p99 n 3/50")
    }
}
