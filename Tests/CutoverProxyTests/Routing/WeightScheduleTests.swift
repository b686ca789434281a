import Testing

@testable import CutoverProxy

@Suite struct WeightScheduleTests {
    @Test func everyWindowOfAHundredHoldsTheExactShares() {
        for weights in [[20, 80], [1, 99], [50, 50], [33, 33, 34], [5, 0, 95]] {
            let schedule = WeightSchedule.make(weights)
            #expect(100 % schedule.count == 0)
            for start in schedule.indices {
                var counts = weights.map { _ in 0 }
                for offset in 0..<100 {
                    counts[Int(schedule[(start + offset) % schedule.count])] += 1
                }
                #expect(counts == weights)
            }
        }
    }

    @Test func sharesAreSpreadAndNotBunched() {
        #expect(WeightSchedule.make([1, 1]) == [0, 1])
        #expect(WeightSchedule.make([3, 1]) == [0, 0, 1, 0])
    }

    @Test func withoutWeightThereIsNoSchedule() {
        #expect(WeightSchedule.make([0, 0]).isEmpty)
        #expect(WeightSchedule.make([]).isEmpty)
    }
}
