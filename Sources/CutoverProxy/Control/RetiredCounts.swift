import CutoverWire

/// What was counted for services and instances that are gone.
///
/// The engine reads the counters each second and has seen the end of them; Prometheus comes by once
/// or a few times a minute. So for a while the metrics tell the last counts, which change no more.
struct RetiredCounts {
    /// How long they are told, from the moment that nothing used them any more.
    static let lifetime = Duration.seconds(300)

    /// How many instances, and how many services: the newest ones.
    static let maximum = 256

    private struct Entry<Stats> {
        let stats: Stats
        let labels: (service: String, release: String)
        let end: ContinuousClock.Instant
    }

    /// Both oldest first; the services without their instances.
    private var instances: [Entry<ProxyBackendStats>] = []
    private var services: [Entry<ProxyServiceStats>] = []

    /// Forgets what has been told for long enough.
    mutating func forget(at now: ContinuousClock.Instant) {
        instances.removeAll { $0.end <= now }
        services.removeAll { $0.end <= now }
    }

    /// Keeps an instance's counts from now on.
    mutating func add(
        _ stats: ProxyBackendStats,
        service: String,
        release: String,
        at now: ContinuousClock.Instant
    ) {
        let end = now + Self.lifetime
        instances.append(Entry(stats: stats, labels: (service, release), end: end))
        instances = instances.suffix(Self.maximum)
    }

    /// Keeps a service's counts from now on.
    mutating func add(_ stats: ProxyServiceStats, at now: ContinuousClock.Instant) {
        let end = now + Self.lifetime
        services.append(Entry(stats: stats, labels: (stats.service, ""), end: end))
        services = services.suffix(Self.maximum)
    }

    /// Forgets an instance that is listed again: it counts from zero, which Prometheus knows of
    /// restarts, and would not take two samples of one name.
    mutating func remove(instance key: String) {
        instances.removeAll { $0.stats.key == key }
    }

    /// Forgets a service that is listed again.
    mutating func remove(service name: String) {
        services.removeAll { $0.stats.service == name }
    }

    /// The releases of the instances by their keys.
    var releases: [String: String] {
        Dictionary(instances.map { ($0.stats.key, $0.labels.release) }) { $1 }
    }

    /// These counts with those of what is there.
    func added(to stats: ProxyStats) -> ProxyStats {
        var services = stats.services + self.services.map(\.stats)
        for entry in instances {
            let name = entry.labels.service
            if let index = services.firstIndex(where: { $0.service == name }) {
                services[index].backends.append(entry.stats)
            } else {
                var service = ProxyServiceStats(service: name)
                service.backends = [entry.stats]
                services.append(service)
            }
        }
        var result = stats
        result.services = services.sorted { $0.service < $1.service }
        return result
    }
}
