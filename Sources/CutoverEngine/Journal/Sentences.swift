import CutoverCore

extension Traffic {
    /// What each side gets, and what it got before, such as
    /// `blue v41 from 100 to 80 %, green v42 from 0 to 20 %`.
    func sentence(after before: Traffic?) -> String {
        sides.map { side in
            let place = side.slot.map { "\($0.rawValue) " } ?? ""
            let share = share(of: side.release)
            let old = before.map { $0.share(of: side.release) } ?? 0
            if share == 0, old == 0 { return "\(place)\(side.release) on the preview" }
            let change = old == share ? "at \(share)" : "from \(old) to \(share)"
            return "\(place)\(side.release) \(change) %"
        }.joined(separator: ", ")
    }

    /// By its name: what was the candidate of one table is the stable release of a later one.
    private func share(of release: ReleaseName) -> Int {
        if stable?.release == release { return share(of: .stable) }
        return candidate?.release == release ? share(of: .candidate) : 0
    }
}
