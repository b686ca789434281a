import CutoverWire

// The instance that a request asks for, and instances that fail.

extension RoutingState {
    /// The backend of a route that a client's cookie names, or -1.
    func backend(identified identifier: UInt64, route index: Int32) -> Int32 {
        let route = routes[Int(index)]
        for side in sides[route.firstSide..<(route.firstSide + route.sideCount)] {
            for member in members[side.firstMember..<(side.firstMember + side.memberCount)]
            where backends[Int(member)].identifier == identifier {
                return member
            }
        }
        return -1
    }

    /// Whether a request that asks for a backend goes there.
    ///
    /// It does not when the backend is leaving, is not good while another one is, failed the
    /// request, or has no share of the traffic any more.
    func takes(
        _ backend: Int32,
        route index: Int32,
        failed: InlineArray<2, Int32>
    ) -> Bool {
        let route = routes[Int(index)]
        let state = backends[Int(backend)]
        let side = Int(state.side)
        return route.isListed && side >= route.firstSide
            && side < route.firstSide + route.sideCount && sides[side].weight > 0
            && !state.isDraining && (state.isGood || !route.hasGood)
            && backend != failed[0] && backend != failed[1]
    }

    /// Whether a route has an instance with a share of the traffic that is good.
    func hasGood(_ route: Route) -> Bool {
        sides[route.firstSide..<(route.firstSide + route.sideCount)].contains { side in
            side.weight > 0
                && members[side.firstMember..<(side.firstMember + side.memberCount)].contains {
                    backends[Int($0)].isGood && !backends[Int($0)].isDraining
                }
        }
    }

    /// Whether a backend stands on the side of another one, and is no worse.
    func isMate(_ backend: Int32, of other: Int32) -> Bool {
        let state = backends[Int(backend)]
        let otherState = backends[Int(other)]
        return state.side == otherState.side && (state.isPreferred || !otherState.isPreferred)
    }

    /// Whether the side of a backend has another one that a request may as well be sent to.
    func hasOther(than backend: Int32, failed: InlineArray<2, Int32>) -> Bool {
        guard backends[Int(backend)].side >= 0 else {
            return false
        }
        let side = sides[Int(backends[Int(backend)].side)]
        return members[side.firstMember..<(side.firstMember + side.memberCount)].contains {
            $0 != backend && $0 != failed[0] && $0 != failed[1]
                && backends[Int($0)].isPreferred && !backends[Int($0)].isDraining
        }
    }

    /// Prefers the others of its side for a while to a backend that took no connection.
    ///
    /// Without another one it changes nothing: one that is not good is no better, and a side keeps
    /// its share.
    mutating func suspect(_ backend: Int32, until: UInt32) {
        guard hasOther(than: backend, failed: [-1, -1]) else {
            return
        }
        if backends[Int(backend)].suspectedUntil == 0 {
            suspects.append(backend)
        }
        backends[Int(backend)].isPreferred = false
        backends[Int(backend)].suspectedUntil = until
    }

    /// Prefers those again whose while is over.
    mutating func trustAgain(where isOver: (UInt32) -> Bool) {
        suspects.removeAll { backend in
            guard isOver(backends[Int(backend)].suspectedUntil) else {
                return false
            }
            backends[Int(backend)].suspectedUntil = 0
            backends[Int(backend)].isPreferred = backends[Int(backend)].isGood
            return true
        }
    }
}
