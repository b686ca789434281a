import Synchronization

// Which service and which instance a request goes to.

extension RoutingState {
    /// The route that a request belongs to by the rules of its listener; `nil` when none claims it.
    func route(by rules: Int, host: Span<UInt8>, path: Span<UInt8>) -> Int32? {
        let set = ruleSets[rules]
        return set.rules.first(host: host, path: path).map { set.slots[$0] }
    }

    /// Chooses the backend for a request, which `begin` registers with it.
    ///
    /// `side` is what the request keeps of this from one call to the next, at first -1. A side is
    /// taken by weight, once; then the backend with the fewest requests in flight among its
    /// preferred ones: those that are good and take connections. A side without one yields to
    /// another side with weight. When none is left anywhere, this is ignored: refusing everything
    /// is certainly worse. A draining backend is never chosen, nor one of `failed`, which failed
    /// this request.
    @inline(__always)
    mutating func choose(
        route index: Int32,
        isPreview: Bool,
        side: inout Int16,
        failed: InlineArray<2, Int32>
    ) -> Int32? {
        let route = routes[Int(index)]
        let preferred = self.side(route, isPreview: isPreview, &side)
        guard preferred >= 0 else {
            return nil
        }
        let first = route.firstSide &+ preferred
        if let backend = leastLoaded(first, preferred: true, failed) {
            return backend
        }
        return chooseElsewhere(route, first, isPreview: isPreview, failed)
    }

    /// The side that a request goes to, among those of its route; below 0 when there is none.
    @inline(__always)
    func side(_ route: Route, isPreview: Bool, _ side: inout Int16) -> Int {
        guard route.isListed else {
            return -1
        }
        guard !isPreview, route.onlySide == -1 else {
            return isPreview ? route.previewSide : route.onlySide
        }
        return turn(route, &side)
    }

    /// The side whose turn a request has taken, while that takes requests, so that however often it
    /// is tried it is one request.
    private func turn(_ route: Route, _ side: inout Int16) -> Int {
        guard
            side < 0 || Int(side) >= route.sideCount
                || sides[route.firstSide + Int(side)].weight == 0
        else {
            return Int(side)
        }
        let turn = route.plan._withUnsafeGuaranteedRef { plan in
            let ticket = plan.turns.ticket.add(1, ordering: .relaxed).oldValue
            return plan.schedule[ticket % plan.schedule.count]
        }
        side = Int16(turn)
        return Int(turn)
    }

    private mutating func chooseElsewhere(
        _ route: Route,
        _ first: Int,
        isPreview: Bool,
        _ failed: InlineArray<2, Int32>
    ) -> Int32? {
        let others = route.firstSide..<(route.firstSide + (isPreview ? 0 : route.sideCount))
        for side in others where side != first && sides[side].weight > 0 {
            if let backend = leastLoaded(side, preferred: true, failed) {
                return backend
            }
        }
        if let backend = leastLoaded(first, preferred: false, failed) {
            return backend
        }
        for side in others where side != first && sides[side].weight > 0 {
            if let backend = leastLoaded(side, preferred: false, failed) {
                return backend
            }
        }
        return nil
    }

    @inline(__always)
    private mutating func leastLoaded(
        _ side: Int,
        preferred: Bool,
        _ failed: InlineArray<2, Int32>
    ) -> Int32? {
        let count = sides[side].memberCount
        let firstMember = sides[side].firstMember
        var offset = sides[side].rotation
        var best: Int32 = -1
        var bestLoad = Int32.max
        for _ in 0..<count {
            if offset >= count { offset = 0 }
            let candidate = members[firstMember &+ offset]
            offset &+= 1
            let backend = Int(candidate)
            guard !backends[backend].isDraining, backends[backend].isPreferred || !preferred,
                backends[backend].inFlight < bestLoad, candidate != failed[0],
                candidate != failed[1]
            else {
                continue
            }
            best = candidate
            bestLoad = backends[backend].inFlight
            sides[side].rotation = offset
        }
        return best < 0 ? nil : best
    }
}
