import CLinux
import CutoverWire

// The requests that run, by the names of their instances.

extension ProxyServer {
    /// Asks every loop for requests; `nil` when one did not answer, which may yet do what it was
    /// asked to.
    func list(_ command: (UInt64) -> LoopCommand) -> InFlightList? {
        guard let replies = loops.list(command) else {
            return nil
        }
        let now = clinux_monotonic()
        var result = InFlightList()
        for records in replies {
            result.count += records.count
            result.requests += registry.name(records.oldest, at: now)
        }
        result.requests.sort { $0.age > $1.age }
        result.requests = Array(result.requests.prefix(InFlightList.maximum))
        return result
    }
}

extension Registry {
    /// How many requests are in flight on these backends; unknown ones have none.
    func inFlightCount(on keys: [String]) -> UInt64 {
        Set(keys).reduce(0) { sum, key in
            (instances[key]?.counters ?? []).reduce(sum) { $0 &+ $1.load(.inFlight) }
        }
    }

    /// Tells what the loops know by number; `now` is on the clock that requests began on.
    fileprivate func name(_ records: [InFlightRecord], at now: UInt64) -> [InFlightRequest] {
        let names = Dictionary(
            instances.map { ($0.value.number, (service: $0.value.service, key: $0.key)) }
        ) { first, _ in first }
        return records.map { record in
            let owner = names[record.backend] ?? (service: "", key: "")
            return InFlightRequest(
                service: owner.service,
                key: owner.key,
                method: record.method,
                path: record.path,
                client: record.client.description,
                kind: record.kind,
                age: (now - min(record.startedAt, now)) / 1_000_000,
                bytes: record.bytes
            )
        }
    }
}
