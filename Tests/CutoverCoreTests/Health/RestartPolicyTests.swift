import CutoverCore
import Testing

@Suite struct RestartPolicyTests {
    @Test func eachWaitIsTwiceTheOneBeforeUntilItIsACrashLoop() {
        var policy = RestartPolicy(configuration: configuration)
        let waits = (1...5).map { second in
            let now = Timestamp(milliseconds: Int64(second) * 1000)
            let decision = policy.processEnded(at: now)
            return "\((decision.restartAt - now).wholeMilliseconds) \(decision.isCrashLoop)"
        }
        #expect(waits == ["500 false", "1000 false", "2000 false", "4000 false", "30000 true"])
    }

    @Test func exitsOfLongAgoDoNotCount() {
        var policy = RestartPolicy(configuration: configuration)
        for minute in 1...20 {
            let now = Timestamp(milliseconds: Int64(minute) * 61_000)
            let decision = policy.processEnded(at: now)
            #expect(!decision.isCrashLoop)
            #expect(decision.restartAt == now + .milliseconds(500))
        }
    }

    private let configuration = RestartConfiguration(
        initialDelay: .milliseconds(500),
        maximumDelay: .seconds(30),
        limit: 5,
        window: .seconds(60)
    )
}
