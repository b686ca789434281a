/// Everything that was read for one case.
struct CaseResult: Codable {
    let name: String
    let title: String
    /// Why nothing was measured.
    var skipped: String?
    /// Readings by peer and metric, one for each round; `nil` where the round was invalid.
    var readings: [Series] = []
    /// What went wrong in rounds, and what else is to be known.
    var notes: [String] = []

    init(_ benchCase: BenchCase) {
        name = benchCase.name
        title = benchCase.title
    }

    /// One figure of one peer in all rounds.
    struct Series: Codable, Equatable {
        let peer: Peer
        let metric: Metric
        var rounds: [Double?]
    }

    /// The readings of a peer's figure; empty when it was not measured.
    func rounds(_ peer: Peer, _ metric: Metric) -> [Double?] {
        readings.first { $0.peer == peer && $0.metric == metric }?.rounds ?? []
    }

    /// Adds a round.
    mutating func add(_ reading: Double?, _ peer: Peer, _ metric: Metric) {
        if let index = readings.firstIndex(where: { $0.peer == peer && $0.metric == metric }) {
            readings[index].rounds.append(reading)
        } else {
            readings.append(Series(peer: peer, metric: metric, rounds: [reading]))
        }
    }

    /// What is measured here, in the order in which it was read first.
    var peers: [Peer] { Peer.allCases.filter { peer in readings.contains { $0.peer == peer } } }
    var metrics: [Metric] {
        Metric.allCases.filter { metric in readings.contains { $0.metric == metric } }
    }

    /// Our figures against the goals; those without a reading are left out.
    func verdicts(_ goals: [Goal]) -> [Verdict] {
        guard let subject = peers.first else { return [] }
        return goals.compactMap { goal in
            let ours = rounds(subject, goal.metric)
            let spread =
                goal.peer.map { Spread(ratioOf: ours, to: rounds($0, goal.metric)) }
                ?? Spread(ours.compactMap(\.self))
            return spread.map {
                // A number that is itself the goal is to hold in every round.
                let reading = goal.peer == nil ? $0.maximum : $0.median
                return Verdict(goal: goal, spread: $0, mark: goal.mark(reading))
            }
        }
    }
}

/// One figure against its goal.
struct Verdict: Equatable {
    let goal: Goal
    let spread: Spread
    let mark: Mark
}
