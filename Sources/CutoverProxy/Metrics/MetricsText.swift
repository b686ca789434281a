import CutoverWire

/// The proxy's counters as Prometheus reads them, in base units.
struct MetricsText {
    private var exposition = Exposition()

    /// The text of what was counted; `releases` has the release of each instance by its key.
    static func text(
        _ stats: ProxyStats,
        releases: [String: String],
        startedAt: UInt64,
        loops: [CounterBlock] = []
    ) -> String {
        var metrics = MetricsText()
        metrics.addMemory(loops)
        metrics.addProcess(stats, startedAt: startedAt)
        let services = stats.services.map { Subject($0, [("service", $0.service)]) }
        metrics.addServices(services)
        let instances = stats.services.flatMap { service in
            service.backends.map { backend in
                Subject(
                    backend,
                    [
                        ("service", service.service), ("release", releases[backend.key] ?? ""),
                        ("instance_key", backend.key),
                    ]
                )
            }
        }
        metrics.addTraffic(instances)
        metrics.addOutcomes(instances)
        metrics.addLatency(instances)
        return metrics.exposition.text
    }

    /// What samples tell of, and the labels that say which.
    private struct Subject<Stats> {
        let stats: Stats
        let labels: [(String, String)]

        init(_ stats: Stats, _ labels: [(String, String)]) {
            self.stats = stats
            self.labels = labels
        }
    }

    private typealias Row<Stats> = (String, Exposition.Kind, String, KeyPath<Stats, UInt64>)

    /// Adds a metric for each row, with a sample of each subject.
    private mutating func add<Stats>(_ rows: [Row<Stats>], of subjects: [Subject<Stats>]) {
        for (name, kind, help, value) in rows {
            exposition.begin("cutover_proxy_\(name)", kind, help)
            for subject in subjects {
                exposition.add(subject.stats[keyPath: value], subject.labels)
            }
        }
    }

    private mutating func addProcess(_ stats: ProxyStats, startedAt: UInt64) {
        exposition.begin(
            "cutover_proxy_start_time_seconds",
            .gauge,
            "When the proxy started, since 1970."
        )
        exposition.add(seconds(ofNanoseconds: startedAt &* 1_000_000), [])
        let rows: [Row<ProxyStats>] = [
            (
                "table_generation", .gauge, "The generation of the live table, 0 for none.",
                \.generation
            ),
            ("table_epoch", .gauge, "The epoch of the live table, 0 for none.", \.epoch),
            (
                "access_log_dropped_total", .counter,
                "Lines that are missing in access logs: no buffer had room, or the file took none.",
                \.accessLogDropped
            ),
        ]
        add(rows, of: [Subject(stats, [])])
    }

    private mutating func addMemory(_ loops: [CounterBlock]) {
        let metrics: [(LoopCounter, String, Exposition.Kind, String)] = [
            (
                .blockBytes, "buffer_bytes", .gauge,
                "Memory for the bytes of requests and responses, of one thread."
            ),
            (
                .memoryRefusals, "memory_refusals_total", .counter,
                "Requests refused, or cut short, for want of that memory; counted there too."
            ),
        ]
        for (counter, name, kind, help) in metrics {
            exposition.begin("cutover_proxy_\(name)", kind, help)
            for (index, loop) in loops.enumerated() {
                exposition.add(loop.load(counter.rawValue), [("thread", String(index))])
            }
        }
    }

    private mutating func addServices(_ services: [Subject<ProxyServiceStats>]) {
        let rows: [Row<ProxyServiceStats>] = [
            (
                "client_connections", .gauge, "Client connections that are open.",
                \.connectionsOpen
            ),
            (
                "client_connections_accepted_total", .counter, "Client connections accepted.",
                \.connectionsAccepted
            ),
            (
                "client_connections_refused_total", .counter,
                "Client connections that were closed at once, for want of room.",
                \.connectionsRefused
            ),
            (
                "client_connections_limited_total", .counter,
                "Client connections that were closed at once, above a limit of the settings.",
                \.connectionsLimited
            ),
            (
                "client_connections_barred_total", .counter,
                "Client connections without a valid PROXY header, or of peers that may send none.",
                \.connectionsBarred
            ),
            (
                "requests_held", .gauge,
                "Requests that wait because of a hold, or because no instance takes them.",
                \.held
            ),
            (
                "cut_short_total", .counter,
                "Responses and tunnels that ended before their end, not because of the client.",
                \.cutShort
            ),
            (
                "uncounted_requests_total", .counter,
                "Requests that the proxy refused and that count at no instance.",
                \.uncountedRequests
            ),
            (
                "uncounted_failures_total", .counter,
                "Requests answered 503 by the proxy that are no instance's failure.",
                \.uncountedFailures
            ),
        ]
        add(rows, of: services)
        exposition.begin(
            "cutover_proxy_refusals_total",
            .counter,
            "Responses that the proxy made itself, by status."
        )
        for service in services {
            var counts: [UInt16: UInt64] = [:]
            for refusal in service.stats.refusals {
                counts[refusal.status, default: 0] += refusal.count
            }
            for (status, count) in counts.sorted(by: { $0.key < $1.key }) {
                exposition.add(count, service.labels + [("status", String(status))])
            }
        }
    }

    private mutating func addTraffic(_ instances: [Subject<ProxyBackendStats>]) {
        let rows: [Row<ProxyBackendStats>] = [
            (
                "requests_total", .counter,
                "Requests that chose the instance; a retry counts again where it goes.",
                \.requests
            ),
            (
                "requests_in_flight", .gauge,
                "Requests that chose the instance and are not over.",
                \.inFlight
            ),
            (
                "retries_total", .counter,
                "Requests that failed at the instance and were sent again.",
                \.retries
            ),
            (
                "response_bytes_total", .counter,
                "Bytes of responses sent to clients, heads included.",
                \.bytesToClients
            ),
            (
                "request_bytes_total", .counter,
                "Bytes of requests sent to the instance, heads included.",
                \.bytesFromClients
            ),
            (
                "instance_connections", .gauge,
                "Connections to the instance that are open, idle ones included.",
                \.connectionsOpen
            ),
        ]
        add(rows, of: instances)
        exposition.begin(
            "cutover_proxy_first_request_time_seconds",
            .gauge,
            "When the first request since the last table came to the instance, since 1970."
        )
        for instance in instances {
            if let first = instance.stats.firstRequestAt {
                exposition.add(seconds(ofNanoseconds: first &* 1_000_000), instance.labels)
            }
        }
    }

    private mutating func addOutcomes(_ instances: [Subject<ProxyBackendStats>]) {
        exposition.begin(
            "cutover_proxy_responses_total",
            .counter,
            "Final responses of the instance, by class; 1xx is an upgrade."
        )
        for instance in instances {
            for (index, count) in instance.stats.responses.enumerated() {
                exposition.add(count, instance.labels + [("class", "\(index + 1)xx")])
            }
        }
        let kinds: [(String, KeyPath<ProxyFailures, UInt64>)] = [
            ("connect_refused", \.connectRefused), ("connect_timed_out", \.connectTimedOut),
            ("reset", \.reset), ("closed_early", \.closedEarly),
            ("response_invalid", \.responseInvalid), ("timed_out", \.timedOut),
            ("client_aborted", \.clientAborted), ("cut", \.cut), ("local", \.local),
        ]
        exposition.begin(
            "cutover_proxy_failures_total",
            .counter,
            "Requests that got no whole response from the instance, by what happened."
        )
        for instance in instances {
            for (kind, value) in kinds {
                exposition.add(
                    instance.stats.failures[keyPath: value],
                    instance.labels + [("kind", kind)]
                )
            }
        }
    }
}

// MARK: - Latency

extension MetricsText {
    /// The bounds of the buckets, in microseconds: powers of two from 128 µs to 67 s, which are
    /// bounds of the histogram that is kept too, so no count is guessed.
    private static var bounds: [UInt64] { (7...26).map { 1 << $0 } }

    private mutating func addLatency(_ instances: [Subject<ProxyBackendStats>]) {
        exposition.begin(
            "cutover_proxy_response_head_seconds",
            .histogram,
            "From the request's head to the response's head."
        )
        for instance in instances {
            var buckets = instance.stats.latency.buckets[...]
            var below: UInt64 = 0
            for bound in Self.bounds {
                while let next = buckets.first, LatencyHistogram.lowerBound(of: next.index) < bound
                {
                    below += next.count
                    buckets.removeFirst()
                }
                let label = ("le", seconds(ofNanoseconds: bound * 1_000))
                exposition.add(below, instance.labels + [label], suffix: "_bucket")
            }
            let count = instance.stats.latency.count
            exposition.add(count, instance.labels + [("le", "+Inf")], suffix: "_bucket")
            exposition.add(
                seconds(ofNanoseconds: instance.stats.latencySum),
                instance.labels,
                suffix: "_sum"
            )
            exposition.add(count, instance.labels, suffix: "_count")
        }
    }
}
