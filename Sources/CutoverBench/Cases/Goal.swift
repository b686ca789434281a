/// What a figure of ours is to reach.
struct Goal: Equatable {
    let metric: Metric
    /// Whose figure of the same round is the measure; `nil`: the number itself is.
    var peer: Peer?
    let goal: Double
    /// Above this it is not done; `nil`: the goal is the floor.
    var floor: Double?

    /// How far a figure or a ratio comes; less is always better.
    func mark(_ reading: Double) -> Mark {
        if reading <= goal { return .met }
        return reading <= floor ?? goal ? .floor : .missed
    }
}

/// How a figure stands to its goal.
enum Mark: String, Codable {
    case met
    case floor
    case missed
}
