import CutoverWire
import Glibc

// The control socket: who asks, and what is answered.

extension ProxyServer {
    func pollOnce() {
        let isPaused = socket.isExhausted
        socket.keepReserve()
        var entries = [
            pollfd(fd: isPaused ? -1 : socket.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: stopRequests.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        entries += peers.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
        let scrapers = entries.endIndex
        entries += metrics?.entries ?? []
        let count = poll(&entries, nfds_t(entries.count), pollLimit(isPaused: isPaused))
        metrics?.serve(entries[scrapers...], metricsText)
        openMissing()
        guard count > 0 else {
            return
        }
        var kept: [ControlPeer] = []
        for (var peer, entry) in zip(peers, entries.dropFirst(2)) {
            if entry.revents == 0 || serve(&peer) {
                kept.append(peer)
            } else {
                close(peer.descriptor)
            }
        }
        peers = kept
        if entries[0].revents != 0 {
            while let descriptor = socket.accept() {
                peers.append(ControlPeer(descriptor: descriptor))
            }
        }
        if entries[1].revents != 0, let grace = stopRequests.takeAll().min() {
            ending = ending ?? .replaced(graceMilliseconds: grace)
        }
    }

    /// How long to wait, in milliseconds, when nothing happens.
    private func pollLimit(isPaused: Bool) -> Int32 {
        if isPaused {
            return 250
        }
        let opening = registry.missing.isEmpty && metricsFault == nil ? Int32.max : 1_000
        let scraping = metrics?.nextDeadline.map(milliseconds) ?? Int32.max
        let limit = min(opening, scraping)
        return limit == .max ? -1 : limit
    }

    /// Does what a peer's descriptor is ready for; false when the peer is to be dropped.
    private func serve(_ peer: inout ControlPeer) -> Bool {
        guard peer.events == Int16(POLLIN) ? peer.read() : peer.flush() else {
            return false
        }
        guard peer.sendMetrics(metricsText), !peer.isDone else {
            return false
        }
        do throws(WireError) {
            while let request = try peer.next() {
                if case .listeners = request {
                    // Nothing can follow what is no frame.
                    giveListeners(to: peer)
                    return false
                }
                guard let response = answer(request), peer.send(response) else {
                    return false
                }
            }
            return true
        } catch {
            report("a message on the control socket was no request: \(error)")
            return false
        }
    }

    /// Sends copies of the listening sockets; who does not take them at once gets no end.
    private func giveListeners(to peer: ControlPeer) {
        let limit = ContinuousClock.now + .milliseconds(100)
        _ = ListenerHandover.send(registry.queues, to: peer.descriptor, by: limit)
    }

    /// Answers one request; `nil` when what became of it is not known.
    private func answer(_ request: ProxyRequest) -> ProxyResponse? {
        lastRequest = .now
        switch request {
        case .hello:
            return .hello(
                ProxyHello(
                    version: wireVersion,
                    pid: getpid(),
                    startedAt: startedAt,
                    generation: live?.generation ?? 0,
                    epoch: live?.epoch ?? 0
                )
            )
        case .apply(let table):
            return apply(table)
        case .stats:
            let stats = stats()
            toldFailures = Dictionary(stats.services.map { ($0.service, $0.failures) }) { $1 }
            return .stats(stats)
        case .cut(let keys, let epoch):
            if let reason = refusal(of: epoch) {
                return .refused(reason: reason)
            }
            let numbers = registry.numbers(of: keys)
            return list { .cut(numbers, ticket: $0) }.map { .cut($0) }
        case .shutdown(let grace, let epoch):
            if let reason = refusal(of: epoch) {
                return .refused(reason: reason)
            }
            ending = .unwanted(graceMilliseconds: grace)
            return .stopping
        case .table:
            return .table(table)
        case .inFlight(let keys):
            let numbers = keys.isEmpty ? nil : registry.numbers(of: keys)
            return list { .list(numbers, ticket: $0) }.map { .inFlight($0) }
        case .inFlightCount(let keys):
            return .inFlightCount(registry.inFlightCount(on: keys))
        case .listeners:
            // Answered where the peer is known.
            return nil
        }
    }

    /// Why a change of this epoch is refused: its engine has lost the lease.
    private func refusal(of epoch: UInt64) -> String? {
        guard let table, epoch < table.epoch else {
            return nil
        }
        return "epoch \(epoch) is older than the live one, \(table.epoch): "
            + "another engine has taken over"
    }
}
