import CutoverCore
import Testing

@testable import cutover

/// The exit status says the worst of what an operator must know.
@Suite struct ExitStatusTests {
    private static let byOperator = Outcome.rolledBack(.operatorRequest(Actor(name: "bob")))

    @Test func anOutageIsSaidWhateverBecameOfTheLastRollout() {
        let outcomes: [Outcome?] = [nil, .promoted, Self.byOperator, .failed(.startTimeout())]
        for outcome in outcomes {
            for state in [InstanceState.unhealthy, .starting, .stopped] {
                let rollout = RolloutSketch(outcome: outcome)
                let service = ServiceSketch(serving: state, rollout: rollout).service
                #expect(
                    cutover.ExitStatus(standing: service) == .degraded,
                    "\(outcome as Any) \(state)"
                )
            }
            let empty = ServiceSketch(serving: nil, rollout: RolloutSketch(outcome: outcome))
            #expect(cutover.ExitStatus(standing: empty.service) == .degraded, "\(outcome as Any)")
        }
        #expect(
            cutover.ExitStatus(standing: ServiceSketch(serving: .unhealthy).service) == .degraded
        )
    }

    @Test func aRolloutThatIsOverIsNoMatterWhileAReleaseServes() {
        for outcome in [Outcome.promoted, Self.byOperator, .failed(.startTimeout())] {
            let rollout = RolloutSketch(phase: .finished, outcome: outcome)
            let service = ServiceSketch(rollout: rollout).service
            #expect(cutover.ExitStatus(standing: service) == .done, "\(outcome)")
        }
        let first = ServiceSketch(
            live: nil,
            serving: nil,
            rollout: RolloutSketch(phase: .finished, outcome: .failed(.startTimeout()))
        )
        #expect(cutover.ExitStatus(standing: first.service) == .failed)
    }

    @Test func whoeverWaitsIsToldHowTheRolloutEnded() {
        let expected: [(Outcome, cutover.ExitStatus)] = [
            (.promoted, .done), (Self.byOperator, .rolledBackByOperator),
            (.rolledBack(.gateExpired), .rolledBack), (.failed(.startTimeout()), .failed),
            (.superseded(by: ReleaseName(rawValue: "v3")), .rolledBack),
        ]
        for (outcome, status) in expected {
            let rollout = RolloutSketch(phase: .finished, outcome: outcome)
            #expect(cutover.ExitStatus(of: ServiceSketch(rollout: rollout).service) == status)
            let down = ServiceSketch(serving: .unhealthy, rollout: rollout)
            #expect(cutover.ExitStatus(of: down.service) == .degraded)
        }
    }

    @Test func ofSeveralServicesTheWorstIsSaidAndAFaultCounts() {
        let going = ServiceSketch(rollout: RolloutSketch()).service
        let held = ServiceSketch(
            rollout: RolloutSketch(holds: [.deadline(since: Timestamp(milliseconds: 0))])
        ).service
        let steady = ServiceSketch().service
        #expect(cutover.ExitStatus(standing: [steady, going, held], faults: []) == .waiting)
        #expect(cutover.ExitStatus(standing: [steady, going], faults: []) == .timedOut)
        #expect(cutover.ExitStatus(standing: [steady], faults: []) == .done)
        #expect(cutover.ExitStatus(standing: [steady], faults: ["the disk is full"]) == .degraded)
    }
}
