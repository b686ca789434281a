import Testing

@testable import CutoverBench

/// What clients see of a switch.
@Suite struct SwitchTimelineTests {
    private let blue = UInt8(ascii: "a")
    private let green = UInt8(ascii: "b")

    /// In milliseconds.
    private func response(
        _ begun: UInt64,
        _ ended: UInt64,
        _ mark: UInt8
    )
        -> SwitchTimeline.Response
    {
        SwitchTimeline.Response(begun: begun * 1_000_000, ended: ended * 1_000_000, mark: mark)
    }

    private func change(
        _ called: UInt64,
        _ answered: UInt64,
        _ mark: UInt8
    )
        -> SwitchTimeline.Switch
    {
        SwitchTimeline.Switch(
            called: called * 1_000_000,
            answered: answered * 1_000_000,
            mark: mark
        )
    }

    @Test func theFirstResponseCountsFromTheCallAndLatencyAgainstBefore() {
        let effects = SwitchTimeline.effects(
            of: [change(1_000, 1_004, green)],
            on: [
                response(500, 600, blue), response(990, 992, blue), response(1_001, 1_002, blue),
                response(1_001, 1_003, green), response(1_003, 1_008, green),
            ]
        )
        #expect(effects == [.init(firstResponse: 3, addedLatency: 3, late: 0)])
    }

    @Test func aRequestBegunBehindTheAnswerIsLateAtTheOldSide() {
        let effects = SwitchTimeline.effects(
            of: [change(1_000, 1_004, green), change(2_000, 2_001, blue)],
            on: [
                response(1_003, 1_005, blue), response(1_005, 1_006, blue),
                response(1_900, 1_901, green), response(1_999, 2_002, green),
                response(2_001, 2_003, blue),
            ]
        )
        #expect(effects.map(\.late) == [1, 0])
        #expect(effects.map(\.firstResponse) == [901, 3])
    }

    @Test func aSideThatNeverAnswersHasNoFirstResponse() {
        let effects = SwitchTimeline.effects(of: [change(10, 11, green)], on: [])
        #expect(effects == [.init(firstResponse: nil, addedLatency: 0, late: 0)])
    }

    @Test func theSlowestSwitchIsTheOneWhoseNewSideAnsweredLast() {
        let effects = [nil, 3.0, 14.0, nil, 2.0].map {
            SwitchTimeline.Effect(firstResponse: $0, addedLatency: 20, late: 0)
        }
        #expect(SwitchTimeline.slowest(of: effects) == 2)
        #expect(SwitchTimeline.slowest(of: [effects[0]]) == nil)
        #expect(change(1_000, 1_004, green).answeredAfter == 4)
    }
}
