import CutoverWire
import Testing

@testable import CutoverProxy

@Suite struct CounterTests {
    @Test func placesDoNotOverlap() {
        #expect(BackendCounter.bucket(0) == BackendCounter.allCases.count)
        #expect(BackendCounter.bucket(.max) == BackendCounter.blockCount - 1)
        let refusals = Refusal.allCases.map { RouteCounter.refusal($0) }
        #expect(refusals.first == RouteCounter.allCases.count)
        #expect(refusals.last == RouteCounter.blockCount - 1)
        #expect(Set(refusals).count == refusals.count)
    }

    @Test func statusesFallIntoTheirClasses() {
        let classes: [(Int, BackendCounter)] = [
            (101, .informational), (200, .success), (299, .success), (304, .redirection),
            (499, .clientError), (500, .serverError), (599, .serverError),
        ]
        for (status, expected) in classes {
            #expect(BackendCounter.responses(status) == expected)
        }
    }

    @Test func aGaugeGoesDownAgain() {
        let block = CounterBlock(count: 2)
        let writer = CounterWriter(block)
        writer.add(1, 5)
        writer.subtract(1, 2)
        #expect(block.load(1) == 3 && block.load(0) == 0)
    }
}
