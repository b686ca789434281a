import CutoverWire

// What was counted, for the engine and for who reads it as Prometheus does.

extension ProxyServer {
    /// What was counted, of all that is listed or still in use.
    func stats() -> ProxyStats {
        registry.prune()
        var stats = registry.stats(generation: live?.generation ?? 0, epoch: live?.epoch ?? 0)
        stats.accessLogDropped = accessLogs.droppedCount
        return stats
    }

    /// The same as text, with the last counts of what is gone.
    func metricsText() -> String {
        let stats = stats()
        let releases = registry.instances.mapValues(\.release)
        return MetricsText.text(
            registry.retired.added(to: stats),
            releases: releases.merging(registry.retired.releases) { live, _ in live },
            startedAt: startedAt,
            loops: loops.counters
        )
    }

    /// The listener for a new table, or why there is none: that costs a scrape, never a switch.
    func metrics(for new: ProxyTable) -> (MetricsListener?, ProxyFault?) {
        do throws(ProxyFault) {
            return (try openMetrics(new.metrics), nil)
        } catch {
            noteMetrics(error)
            return (nil, error)
        }
    }

    private func noteMetrics(_ fault: ProxyFault) {
        if metricsFault == nil {
            report("\(fault.description); it is tried again each second")
        }
    }

    /// The listener for an address: the one that is there, or a new one.
    private func openMetrics(_ address: SocketAddress?) throws(ProxyFault) -> MetricsListener? {
        guard let address else {
            return nil
        }
        if let metrics, metrics.address == address {
            return metrics
        }
        return try MetricsListener(at: address)
    }

    /// Listens where the last table says; a fault there keeps no service from being served.
    func retryMetrics() {
        do throws(ProxyFault) {
            metrics = try openMetrics(table?.metrics)
            metricsFault = nil
        } catch {
            noteMetrics(error)
            metricsFault = error
        }
    }
}
