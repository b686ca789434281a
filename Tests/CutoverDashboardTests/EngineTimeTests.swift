import CutoverCore
import CutoverScreen
import Testing

@testable import CutoverDashboard

/// Countdowns are on the engine's clock, which may be ahead of the machine's.
@Suite struct EngineTimeTests {
    /// The gate's snapshot as an engine shows it that is ahead by an hour, a while after noon.
    private func ahead(after time: Duration = .zero) -> EngineSnapshot {
        var service = Scenario.gateService()
        service.rollout?.progress.countdown?.endsAt = noon + .seconds(3600 + 1700)
        var ahead = snapshot([service])
        ahead.at = noon + .seconds(3600) + time
        return ahead
    }

    @Test func aCountdownIsRightHoweverFarTheEngineIsAhead() {
        var console = Console(ahead())
        #expect(console.frame.text.contains("gate 28:20 left"))
        console.wait(.seconds(10))
        console.give(.snapshot(ahead(after: .seconds(10))))
        #expect(console.frame.text.contains("gate 28:10 left"))
    }

    @Test func figuresOfAnEngineThatIsAheadGrowOldAllTheSame() {
        var console = Console(ahead())
        #expect(console.model.dataAge == .zero)
        console.wait(.seconds(10))
        console.give(.tick)
        #expect(console.model.dataAge == .seconds(10))
    }
}
