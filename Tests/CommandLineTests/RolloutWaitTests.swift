import CutoverCore
import Testing

@testable import cutover

/// A command that waits follows its own rollout to its end, and no other.
@Suite struct RolloutWaitTests {
    private static func wait(for id: Int, revision: Int?) -> RolloutWait {
        RolloutWait(for: RolloutMark(id: RolloutID(rawValue: id), revision: revision), of: web)
    }

    private static func gate(opensAt: Int64?) -> RolloutSketch {
        let hold = Hold.gate(
            since: Timestamp(milliseconds: 0),
            promoteAt: opensAt.map(Timestamp.init(milliseconds:)),
            expiresAt: Timestamp(milliseconds: 9_000)
        )
        return RolloutSketch(phase: .awaitingPromotion, holds: [hold])
    }

    @Test func anOlderRolloutThatIsWarmOrDrainingIsNoEnd() {
        var wait = Self.wait(for: 3, revision: nil)
        for phase in [PhaseName.warm, .draining] {
            let older = ServiceSketch(
                rollout: RolloutSketch(phase: phase),
                queued: (id: 3, release: "v3")
            )
            let finding = wait.look(at: older.snapshot)
            #expect(finding.status == nil)
            #expect(finding.line?.hasPrefix("v3 is next; v2 first: \(phase.rawValue)") == true)
        }
        let own = RolloutSketch(id: 3, candidate: "v3", phase: .finished, outcome: .promoted)
        #expect(wait.look(at: ServiceSketch(rollout: own).snapshot).status == .done)
    }

    @Test func aSnapshotFromBeforeTheCommandIsNoEnd() {
        var wait = Self.wait(for: 2, revision: 5)
        var sketch = ServiceSketch(rollout: Self.gate(opensAt: nil))
        sketch.rollout?.revision = 4
        #expect(wait.look(at: sketch.snapshot) == RolloutWait.Finding())
        sketch.rollout?.revision = 5
        #expect(wait.look(at: sketch.snapshot).status == .waiting)
        var first = Self.wait(for: 1, revision: 1)
        #expect(first.look(at: ServiceSketch(live: nil, serving: nil).snapshot).status == nil)
        var next = Self.wait(for: 3, revision: 1)
        let over = RolloutSketch(phase: .finished, outcome: .promoted)
        #expect(next.look(at: ServiceSketch(rollout: over).snapshot).status == nil)
    }

    @Test func anotherRolloutThatTookThePlaceEndsTheWaitAndIsNotFollowed() {
        var wait = Self.wait(for: 2, revision: 1)
        let newer = RolloutSketch(id: 3, candidate: "v3", phase: .warm)
        let finding = wait.look(at: ServiceSketch(rollout: newer).snapshot)
        #expect(finding.status == .rolledBack)
        #expect(finding.line == "rollout 2 is over: alice began rollout 3 of v3")
        var own = Self.wait(for: 2, revision: 1)
        let gone = RolloutSketch(
            phase: .finished,
            outcome: .superseded(by: ReleaseName(rawValue: "v3"))
        )
        #expect(own.look(at: ServiceSketch(rollout: gone).snapshot).status == .rolledBack)
    }

    @Test func aQueuedDeployThatWasLeftOutEndsTheWait() {
        var wait = Self.wait(for: 3, revision: nil)
        var sketch = ServiceSketch(
            rollout: RolloutSketch(phase: .reverting),
            queued: (id: 3, release: "v3")
        )
        #expect(wait.look(at: sketch.snapshot).status == nil)
        sketch.queued = (id: 4, release: "v4")
        let finding = wait.look(at: sketch.snapshot)
        #expect(finding.status == .rolledBack)
        #expect(finding.line == "the deploy was left out: bob asked for v4")
        // It came and went between two snapshots.
        var blind = Self.wait(for: 3, revision: nil)
        sketch.queued = nil
        #expect(blind.look(at: sketch.snapshot).status == nil)
        sketch.rollout?.outcome = .rolledBack(.operatorRequest(Actor(name: "bob")))
        #expect(blind.look(at: sketch.snapshot).status == .rolledBack)
    }

    @Test func aGateThatOpensByItselfIsWaitedForAndNoOtherHoldIs() {
        var wait = Self.wait(for: 2, revision: 1)
        var sketch = ServiceSketch(rollout: Self.gate(opensAt: 5_000))
        let finding = wait.look(at: sketch.snapshot)
        #expect(finding.status == nil && finding.line != nil)
        sketch.rollout = Self.gate(opensAt: nil)
        #expect(wait.look(at: sketch.snapshot).status == .waiting)
        sketch.rollout = Self.gate(opensAt: 5_000)
        let pause = Hold.operator(Actor(name: "bob"), since: Timestamp(milliseconds: 0))
        sketch.rollout?.holds.insert(pause, at: 0)
        #expect(wait.look(at: sketch.snapshot).status == .waiting)
    }

    @Test func aSentenceIsSaidOnce() {
        var wait = Self.wait(for: 2, revision: 1)
        let sketch = ServiceSketch(rollout: RolloutSketch())
        #expect(wait.look(at: sketch.snapshot).line == "starting: v2 is in starting")
        #expect(wait.look(at: sketch.snapshot).line == nil)
    }
}
