import CutoverCore
import Foundation
import Testing

@testable import CutoverEngine

/// The small parts between tasks and threads.
@Suite struct HandoffTests {
    @Test func aSlowThreadGetsTheNewestValueAndThenTheEnd() {
        let handoff = Handoff<Int>()
        for value in 1...1000 {
            handoff.put(value)
        }
        #expect(handoff.take() == 1000)
        handoff.put(7)
        handoff.finish()
        #expect(handoff.take() == 7)
        #expect(handoff.take() == nil)
        #expect(handoff.take() == nil)
    }

    @Test func idleIsReachedWhenTheLastPieceOfWorkEnds() async {
        let work = WorkCount()
        await work.idle()
        work.begin()
        work.begin()
        async let idle: Void = work.idle()
        work.end()
        work.end()
        await idle
    }

    @Test func aSubscriberSeesTheNewestSnapshotAndTheEnd() async {
        let publisher = SnapshotPublisher()
        let stream = publisher.subscribe()
        for second in 1...100 {
            publisher.publish(snapshot(at: second))
        }
        publisher.finish()
        var seen: [EngineSnapshot] = []
        for await snapshot in stream {
            seen.append(snapshot)
        }
        #expect(seen == [snapshot(at: 100)])
        var late: [EngineSnapshot] = []
        for await snapshot in publisher.subscribe() {
            late.append(snapshot)
        }
        #expect(late == [snapshot(at: 100)])
    }

    @Test func theAlarmThatWasSetLastCounts() async {
        let clock = SystemClock()
        let rung = Handoff<Int>()
        clock.setAlarm(at: clock.now + .seconds(60)) { rung.put(1) }
        clock.setAlarm(at: clock.now + .milliseconds(20)) { rung.put(2) }
        let value = await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: rung.take()) }
        }
        #expect(value == 2)
    }

    private func snapshot(at second: Int) -> EngineSnapshot {
        EngineSnapshot(
            at: Timestamp(milliseconds: Int64(second) * 1000),
            project: "test",
            environment: nil,
            services: [],
            proxy: .running(processID: 1, generation: 1),
            events: [],
            faults: []
        )
    }
}
