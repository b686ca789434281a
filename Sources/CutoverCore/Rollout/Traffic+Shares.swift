extension Traffic {
    /// Whether the instance gets public requests by this table.
    package func serves(_ id: InstanceID) -> Bool {
        stable?.serves(id) ?? false || candidate?.serves(id) ?? false
    }

    /// Percent of the public requests that a role's side gets, 0 to 100, rounded to the nearest.
    package func share(of role: ReleaseRole) -> Int {
        let total = sides.reduce(0) { $0 + $1.weight }
        guard total > 0 else { return 0 }
        let side: TrafficSide? =
            switch role {
            case .stable: stable
            case .candidate: candidate
            }
        return ((side?.weight ?? 0) * 200 + total) / (total * 2)
    }
}

extension TrafficSide {
    func serves(_ id: InstanceID) -> Bool {
        weight > 0 && rotation.contains(id)
    }
}
