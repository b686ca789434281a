import CutoverCore

extension Traffic {
    /// Such as `blue v41 gets 0 %, green v42 gets 100 %`.
    var sentence: String {
        let total = sides.reduce(0) { $0 + $1.weight }
        return sides.map { side in
            let place = side.slot.map { "\($0.rawValue) " } ?? ""
            let share = total > 0 ? (side.weight * 100 + total / 2) / total : 0
            return "\(place)\(side.release) gets \(share) %"
        }.joined(separator: ", ")
    }
}

extension Hold {
    func isAnomaly(_ anomaly: Anomaly) -> Bool {
        if case .anomaly(anomaly, _) = self { true } else { false }
    }
}
