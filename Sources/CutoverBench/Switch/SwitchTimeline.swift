/// What clients saw around switches, and what follows from it; all times in nanoseconds of
/// CLOCK_MONOTONIC.
struct SwitchTimeline {
    /// One response.
    struct Response: Equatable {
        /// When its request was sent, and when it was complete.
        var begun: UInt64
        var ended: UInt64
        /// The letter of the origin that it came from.
        var mark: UInt8
    }

    /// One call of `apply`.
    struct Switch: Equatable {
        var called: UInt64
        var answered: UInt64
        /// The letter of the side that gets the requests from here on.
        var mark: UInt8

        /// How long the call took, in milliseconds.
        var answeredAfter: Double { Double(answered - called) / 1e6 }
    }

    /// What one switch did to its clients.
    struct Effect: Equatable {
        /// From the call to the end of the first response of the new side, in milliseconds; `nil`:
        /// there was none before the next switch.
        var firstResponse: Double?
        /// By how much the slowest response in 100 ms from the call on is slower than the slowest
        /// in the 100 ms before, in milliseconds, at least 0.
        var addedLatency: Double
        /// Requests begun behind the answer that the old side was given.
        var late: Int
    }

    private static let window: UInt64 = 100_000_000

    /// The effect of every switch; responses stand in the order of their ends.
    static func effects(of switches: [Switch], on responses: [Response]) -> [Effect] {
        switches.enumerated().map { index, change in
            let next = index + 1 < switches.count ? switches[index + 1].called : UInt64.max
            let from = change.called - min(change.called, window)
            let to = min(next, change.called + window)
            var effect = Effect(addedLatency: 0, late: 0)
            var before: UInt64 = 0
            var behind: UInt64 = 0
            for response in responses[firstIndex(endingAt: from, in: responses)...] {
                guard response.begun < next else { continue }
                if response.ended >= next, response.ended > to { break }
                let latency = response.ended - response.begun
                if response.ended < change.called {
                    before = max(before, latency)
                    continue
                }
                if response.ended < to { behind = max(behind, latency) }
                if response.mark == change.mark {
                    if effect.firstResponse == nil, response.ended < next {
                        effect.firstResponse = Double(response.ended - change.called) / 1e6
                    }
                } else if response.begun > change.answered {
                    effect.late += 1
                }
            }
            effect.addedLatency = behind > before ? Double(behind - before) / 1e6 : 0
            return effect
        }
    }

    /// The place of the switch whose first response came latest behind its call; `nil` when none
    /// had one.
    static func slowest(of effects: [Effect]) -> Int? {
        effects.indices.filter { effects[$0].firstResponse != nil }
            .max { (effects[$0].firstResponse ?? 0) < (effects[$1].firstResponse ?? 0) }
    }

    /// The first response that ended then or later.
    private static func firstIndex(endingAt time: UInt64, in responses: [Response]) -> Int {
        var low = 0
        var high = responses.count
        while low < high {
            let middle = (low + high) / 2
            if responses[middle].ended < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
