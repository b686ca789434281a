import CutoverCore
import CutoverTestSupport
import Testing

/// Follows the planner through thousands of small worlds, in both directions.
///
/// Each step must keep the limits of the plan, and every batch must end.
@Suite struct BatchPlannerTests {
    @Test func theLimitsHoldAndEveryBatchEnds() {
        for seed in 0..<5000 as Range<UInt64> {
            var world = PlannerWorld(seed: seed, canFail: false)
            let hasEnded = world.replaceAll()
            #expect(hasEnded, "seed \(seed): \(world)")
            #expect(world.faults.isEmpty, "seed \(seed): \(world.faults)")
        }
    }

    @Test func failuresNeverMakeThePlannerTakeOutTooMuch() {
        for seed in 0..<5000 as Range<UInt64> {
            var world = PlannerWorld(seed: seed, canFail: true)
            let hasEnded = world.replaceAll()
            #expect(hasEnded, "seed \(seed): \(world)")
            #expect(world.faults.isEmpty, "seed \(seed): \(world.faults)")
        }
    }

    @Test func anInstanceThatDoesNotAnswerIsTakenOutFirst() {
        let planner = BatchPlanner(
            wanted: 2,
            surge: 1,
            unavailable: 0,
            target: 1,
            incoming: [.init(id: id(3), health: .ready, rotation: .outside)],
            outgoing: [
                .init(id: id(1), health: .ready, rotation: .inside),
                .init(id: id(2), health: .unhealthy, rotation: .inside),
            ]
        )
        #expect(planner.nextStep == .rotate(into: [id(3)], outOf: [id(2)]))
    }

    @Test func theOnlyInstanceIsReplacedByOneMoreWhateverThePlanAllows() {
        let planner = BatchPlanner(
            wanted: 1,
            surge: 0,
            unavailable: 1,
            target: 1,
            incoming: [],
            outgoing: [.init(id: id(1), health: .ready, rotation: .inside)]
        )
        #expect(planner.nextStep == .start(1))
    }

    @Test func whoMayStillServeIsTakenOutBeforeItIsRetired() {
        let planner = BatchPlanner(
            wanted: 1,
            surge: 1,
            unavailable: 0,
            target: 1,
            incoming: [.init(id: id(2), health: .ready, rotation: .inside)],
            outgoing: [.init(id: id(1), health: .failed, rotation: .uncertain)]
        )
        #expect(planner.nextStep == .rotate(into: [], outOf: [id(1)]))
    }

    private func id(_ number: Int) -> InstanceID {
        InstanceID(rollout: RolloutID(rawValue: 1), number: number)
    }
}

/// Instances that do what the planner says, at once.
private struct PlannerWorld {
    var random: SeededGenerator
    let canFail: Bool
    var wanted: Int
    var surge: Int
    var unavailable: Int
    var batchSize: Int
    var incoming: [BatchPlanner.Member] = []
    var outgoing: [BatchPlanner.Member]
    var lastNumber: Int
    var faults: [String] = []

    init(seed: UInt64, canFail: Bool) {
        random = SeededGenerator(seed: seed)
        self.canFail = canFail
        wanted = 1 + random.below(8)
        surge = random.below(4)
        unavailable = surge == 0 ? 1 + random.below(3) : random.below(3)
        batchSize = 1 + random.below(4)
        // As many as wanted, or a few more or less: the wanted number may have changed.
        let count = max(wanted + random.below(5) - 2, 1)
        lastNumber = count
        outgoing = (1...count).map { number in
            let id = InstanceID(rollout: RolloutID(rawValue: 1), number: number)
            return BatchPlanner.Member(id: id, health: .ready, rotation: .inside)
        }
    }

    /// Batch after batch.
    ///
    /// - Returns: whether it ended, with the incoming instances alone.
    mutating func replaceAll() -> Bool {
        var target = 0
        while target < wanted {
            target = min(target + batchSize, wanted)
            guard replace(upTo: target) else { return false }
        }
        return outgoing.isEmpty && incoming.count { $0.rotation == .inside } >= wanted
    }

    private mutating func replace(upTo target: Int) -> Bool {
        for step in 0..<400 {
            if canFail, step < 100 { disturb() } else { heal() }
            let planner = BatchPlanner(
                wanted: wanted,
                surge: surge,
                unavailable: unavailable,
                target: target,
                incoming: incoming,
                outgoing: outgoing
            )
            let next = planner.nextStep
            if next == .done { return true }
            perform(next)
        }
        return false
    }

    private mutating func perform(_ step: BatchPlanner.Step) {
        switch step {
        case .start(let count): start(count)
        case .rotate(let additions, let removals): rotate(additions, removals)
        case .retire(let ids):
            for member in incoming + outgoing where ids.contains(member.id) {
                expect(member.rotation == .outside, "retires \(member.id.number) in rotation")
            }
            incoming.removeAll { ids.contains($0.id) }
            outgoing.removeAll { ids.contains($0.id) }
        case .wait, .done:
            break
        }
    }

    private mutating func start(_ count: Int) {
        expect(count > 0, "starts nothing")
        for _ in 0..<count {
            lastNumber += 1
            let id = InstanceID(rollout: RolloutID(rawValue: 1), number: lastNumber)
            incoming.append(.init(id: id, health: .pending, rotation: .outside))
        }
        let alive = incoming.count + outgoing.count
        let most = wanted + (wanted > unavailable ? surge : max(surge, 1))
        expect(alive <= most, "\(alive) alive, at most \(most)")
    }

    private mutating func rotate(_ additions: [InstanceID], _ removals: [InstanceID]) {
        expect(!additions.isEmpty || !removals.isEmpty, "rotates nothing")
        let takesHealthy = outgoing.contains { $0.health == .ready && removals.contains($0.id) }
        for index in incoming.indices {
            if additions.contains(incoming[index].id) {
                expect(incoming[index].health == .ready, "adds one that is not ready")
                incoming[index].rotation = .inside
            } else if removals.contains(incoming[index].id) {
                incoming[index].rotation = .outside
            }
        }
        for index in outgoing.indices where removals.contains(outgoing[index].id) {
            outgoing[index].rotation = .outside
        }
        let members = incoming + outgoing
        expect(members.contains { $0.rotation == .inside }, "an empty rotation")
        let available = members.count { $0.rotation == .inside && $0.health == .ready }
        let least = max(wanted - unavailable, 1)
        expect(!takesHealthy || available >= least, "\(available) available, at least \(least)")
    }

    private mutating func disturb() {
        for index in incoming.indices { incoming[index].health = change(incoming[index].health) }
        for index in outgoing.indices { outgoing[index].health = change(outgoing[index].health) }
    }

    private mutating func change(_ health: BatchPlanner.Health) -> BatchPlanner.Health {
        switch health {
        case .pending: random.chance(500) ? .ready : random.chance(50) ? .failed : .pending
        case .ready: random.chance(950) ? .ready : random.chance(300) ? .failed : .unhealthy
        case .unhealthy: random.chance(300) ? .ready : .unhealthy
        case .failed, .stopping: health
        }
    }

    private mutating func heal() {
        for index in incoming.indices where incoming[index].health.isCurable {
            incoming[index].health = .ready
        }
        for index in outgoing.indices where outgoing[index].health.isCurable {
            outgoing[index].health = .ready
        }
    }

    private mutating func expect(_ condition: Bool, _ promise: String) {
        if !condition { faults.append(promise) }
    }
}

extension BatchPlanner.Health {
    fileprivate var isCurable: Bool {
        switch self {
        case .pending, .ready, .unhealthy: true
        case .failed, .stopping: false
        }
    }
}
