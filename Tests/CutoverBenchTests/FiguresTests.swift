import Testing

@testable import CutoverBench

/// From readings to what is printed.
@Suite struct FiguresTests {
    @Test func aMedianIsTheMiddleAndKeepsItsExtremes() {
        #expect(Spread([3, 1, 2])?.median == 2)
        #expect(Spread([4, 1, 2, 3])?.median == 2.5)
        #expect(Spread([4, 1, 2])?.text(1) == "2.0 (1.0..4.0)")
        #expect(Spread([Double]()) == nil)
    }

    @Test func ratiosAreTakenWithinARoundOnly() {
        // The machine was twice as slow in the second round, and the third one is invalid.
        let spread = Spread(ratioOf: [8, 16, 100], to: [10, 20, nil])
        #expect(spread?.median == 0.8 && spread?.maximum == 0.8)
        #expect(Spread(ratioOf: [nil], to: [1]) == nil && Spread(ratioOf: [1], to: []) == nil)
    }

    @Test func percentilesAreOfTheNearestRank() {
        let sorted = (1...100).map(Double.init)
        #expect(percentile(0.5, of: sorted) == 50 && percentile(0.99, of: sorted) == 99)
        #expect(percentile(1, of: sorted) == 100 && percentile(0, of: sorted) == 1)
        #expect(percentile(0.99, of: [7]) == 7 && percentile(0.5, of: []) == nil)
    }

    @Test func everyOtherRoundGoesBack() {
        #expect(Rounds.order(["a", "b", "c"], round: 0) == ["a", "b", "c"])
        #expect(Rounds.order(["a", "b", "c"], round: 1) == ["c", "b", "a"])
    }

    @Test func aReadingMeetsItsGoalOrItsFloorOrNeither() {
        let goal = Goal(metric: .cpu, peer: .nginx, goal: 0.75, floor: 0.83)
        #expect([0.75, 0.83, 0.84].map(goal.mark) == [.met, .floor, .missed])
        #expect(Goal(metric: .failures, goal: 0).mark(1) == .missed)
    }

    @Test func verdictsCompareOursWithThePeersThatWereMeasured() {
        let goals = [
            Goal(metric: .cpu, peer: .nginx, goal: 0.75, floor: 0.83),
            Goal(metric: .cpu, peer: .haproxy, goal: 0.72, floor: 0.80),
            Goal(metric: .late, goal: 0),
        ]
        let one = BenchCase(name: "x", title: "a title", work: .switch, goals: goals)
        var result = CaseResult(one)
        for round in 0..<3 {
            result.add(8, .cutover, .cpu)
            result.add(10, .nginx, .cpu)
            result.add(round == 1 ? 1 : 0, .cutover, .late)
        }
        result.notes = ["a note"]
        let verdicts = result.verdicts(goals)
        #expect(verdicts.map(\.mark) == [.floor, .missed])
        let text = CaseReport(result: result, goals: goals).text
        #expect(text.contains("### a title (`x`)"))
        #expect(text.contains("| CPU µs/request | nginx  | 0.800 (0.800..0.800) | 0.75 | 0.83  |"))
        #expect(text.contains("- a note") && !text.contains("HAProxy"))
        let summary = Summary(results: [result], cases: [one]).text
        #expect(summary.contains("| a title | CPU µs/request | 0.800 floor | -          | -"))
    }

    @Test func whatWasSkippedSaysWhy() {
        var result = CaseResult(BenchCase.all[0])
        result.skipped = "h2load is not installed"
        let text = CaseReport(result: result, goals: []).text
        #expect(text.contains("skipped: h2load is not installed") && !text.contains("|"))
    }

    @Test func figuresPartTheirThousands() {
        #expect(1_234_567.0.figure(0) == "1,234,567" && 999.0.figure(0) == "999")
        #expect(1_234.567.figure(2) == "1,234.57" && (-123.0).figure(0) == "-123")
    }

    @Test func theCasesAreThoseOfTheTable() {
        let names = BenchCase.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.contains("small-512") && names.contains("1m-splice"))
        for one in BenchCase.all {
            #expect(!one.goals.isEmpty && one.goals.allSatisfy { $0.floor ?? $0.goal >= $0.goal })
        }
    }
}
