import CutoverCore
import Testing

@Suite struct AnalysisTests {
    @Test func tooFewRequestsAreInconclusiveHoweverBadTheyAre() throws {
        let verdict = verdict(.init(minimumRequests: 50), candidate: (49, 49, nil))
        let finding = try #require(verdict.findings.first)
        #expect(verdict.conclusion == .inconclusive)
        #expect(finding.candidateRequests == 49)
        #expect(finding.requiredRequests == 50)
    }

    @Test func noRequestsAreInconclusive() {
        #expect(verdict(.init(), candidate: (0, 0, nil)).conclusion == .inconclusive)
        #expect(
            verdict(.init(minimumRequests: 0), candidate: (0, 0, nil)).conclusion == .inconclusive
        )
    }

    @Test func theLimitItselfPassesAndOneErrorMoreFails() {
        #expect(verdict(.init(), candidate: (100, 5, nil)).conclusion == .pass)
        #expect(verdict(.init(), candidate: (100, 6, nil)).conclusion == .fail)
    }

    @Test func theStricterOfTwoLimitsDecides() throws {
        let configuration = AnalysisConfiguration(errorRateLimit: 0.5, errorRateFactor: 2)
        let verdict = verdict(configuration, candidate: (100, 9, nil), stable: (100, 4, nil))
        #expect(verdict.conclusion == .fail)
        #expect(try #require(verdict.findings.first).limit == 0.08)
    }

    @Test func aStableReleaseWithoutErrorsDoesNotMakeTheFirstErrorAFailure() {
        let configuration = AnalysisConfiguration(errorRateLimit: nil, errorRateFactor: 2)
        let verdict = verdict(configuration, candidate: (1000, 1, nil), stable: (1000, 0, nil))
        #expect(verdict.conclusion == .pass)
    }

    @Test func aFactorWithoutAnythingToCompareWithIsInconclusive() {
        let configuration = AnalysisConfiguration(errorRateLimit: nil, errorRateFactor: 2)
        let few = verdict(configuration, candidate: (1000, 0, nil), stable: (3, 0, nil))
        let none = verdict(configuration, candidate: (1000, 0, nil))
        #expect(few.conclusion == .inconclusive)
        #expect(few.findings.first?.missing == .stable)
        #expect(few.findings.first?.limit == nil)
        #expect(none.conclusion == .inconclusive)
        #expect(none.findings.first?.missing == .stable)
    }

    @Test func theSideWithTooFewRequestsIsNamed() throws {
        let configuration = AnalysisConfiguration(errorRateLimit: nil, errorRateFactor: 2)
        let few = verdict(configuration, candidate: (3, 0, nil), stable: (1000, 0, nil))
        #expect(try #require(few.findings.first).missing == .candidate)
        let enough = verdict(configuration, candidate: (1000, 0, nil), stable: (1000, 0, nil))
        #expect(try #require(enough.findings.first).missing == nil)
    }

    /// A switch in one step leaves the stable release without requests in the window.
    @Test func theWindowBeforeTheSwitchIsTheMeasureWhenTheSameOneSaysTooLittle() throws {
        let configuration = AnalysisConfiguration(errorRateLimit: nil, latencyFactor: 1.5)
        let verdict = verdict(
            configuration,
            candidate: (5000, 0, 900),
            stable: (3, 0, 10),
            earlier: (4000, 0, 100)
        )
        let finding = try #require(verdict.findings.first)
        #expect(verdict.conclusion == .fail)
        #expect(finding.comparison == .beforeSwitch)
        let words = "p99 900 ms, limit 150 ms, n = 5000; stable 100 ms before the switch, n = 4000"
        #expect(finding.summary == words)
    }

    @Test func theSameWindowIsTheMeasureAsLongAsItSaysEnough() throws {
        let configuration = AnalysisConfiguration(errorRateLimit: nil, latencyFactor: 1.5)
        let verdict = verdict(
            configuration,
            candidate: (500, 0, 140),
            stable: (50, 0, 100),
            earlier: (4000, 0, 10)
        )
        #expect(verdict.conclusion == .pass)
        #expect(try #require(verdict.findings.first).comparison == .sameWindow)
    }

    @Test func neitherWindowIsTheMeasureWhenBothSayTooLittle() throws {
        let configuration = AnalysisConfiguration(errorRateLimit: nil, latencyFactor: 1.5)
        let verdict = verdict(
            configuration,
            candidate: (500, 0, 900),
            stable: (3, 0, 10),
            earlier: (49, 0, 10)
        )
        let finding = try #require(verdict.findings.first)
        #expect(finding.missing == .stable)
        #expect(finding.stableRequests == 49)
        #expect(finding.requiredRequests == 50)
    }

    @Test func anAbsoluteLimitDecidesAloneWhenThereIsNothingToCompareWith() {
        let configuration = AnalysisConfiguration(errorRateLimit: 0.05, errorRateFactor: 2)
        #expect(verdict(configuration, candidate: (1000, 0, nil)).conclusion == .pass)
        #expect(verdict(configuration, candidate: (1000, 99, nil)).conclusion == .fail)
    }

    @Test func latencyIsComparedAtTheQuantile() throws {
        let configuration = AnalysisConfiguration(
            errorRateLimit: nil,
            latencyLimit: 500,
            latencyFactor: 1.5
        )
        let verdict = verdict(configuration, candidate: (100, 0, 160), stable: (100, 0, 100))
        #expect(verdict.conclusion == .fail)
        #expect(
            try #require(verdict.findings.first).summary
                == "p99 160 ms, limit 150 ms, n = 100; stable 100 ms, n = 100"
        )
    }

    @Test func aRowOfFailuresFailsWithoutEnoughRequests() {
        let configuration = AnalysisConfiguration(consecutiveFailures: 5)
        let verdict = verdict(configuration, candidate: (5, 5, nil), worst: ("g1", 5))
        #expect(verdict.conclusion == .fail)
        #expect(verdict.findings.map(\.conclusion) == [.fail, .inconclusive])
    }

    private typealias Counts = (requests: Int, errors: Int, latency: Double?)

    private func verdict(
        _ configuration: AnalysisConfiguration,
        candidate: Counts,
        stable: Counts? = nil,
        earlier: Counts? = nil,
        worst: (instance: String, failures: Int)? = nil
    ) -> Verdict {
        Analysis(configuration).verdict(
            candidate: observed(candidate),
            stable: stable.map(observed),
            earlier: earlier.map(observed),
            worst: worst,
            windowStart: Timestamp(milliseconds: 0),
            at: Timestamp(milliseconds: 30_000)
        )
    }

    private func observed(_ counts: Counts) -> ObservedTraffic {
        ObservedTraffic(requests: counts.requests, errors: counts.errors, latency: counts.latency)
    }
}
