import CutoverCore
import CutoverEngine
import CutoverTestSupport
import Testing

/// Time goes on from what was written, whatever the machine's clock says.
@Suite struct ClockTests {
    private let wall = Timestamp(milliseconds: 1_700_000_000_000)

    @Test func aClockStartsAtTheWallUnlessSomethingNewerIsWritten() {
        let late = SystemClock(wall: wall, notBefore: wall - .seconds(60))
        #expect(late.lead == .zero)
        #expect(late.now >= wall)
        let ahead = SystemClock(wall: wall, notBefore: wall + .seconds(3600))
        #expect(ahead.lead == .seconds(3600))
        #expect(ahead.now >= wall + .seconds(3600))
        #expect(ahead.now < wall + .seconds(3660))
    }

    @Test func anEngineSaysThatItsTimesAreAhead() async throws {
        let fixture = try await EngineFixture()
        #expect(!fixture.journal.contains { $0.contains("the machine's clock") })
        fixture.clock.lead = .seconds(3600)
        try await fixture.restart()
        await fixture.settle()
        #expect(
            fixture.journal.contains(
                "the machine's clock is 3600 s behind the newest entry; "
                    + "the engine goes on from there, and its times are ahead by as much"
            )
        )
    }
}
