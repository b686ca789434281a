import CutoverWire
import Glibc

// Which table the loops have, and which is durable as well.

extension ProxyServer {
    static func read(_ file: TableFile) -> ProxyTable? {
        do throws(ProxyFault) {
            return try file.read()
        } catch {
            report(error.description)
            return nil
        }
    }

    /// Takes over the sockets of a proxy that ends here, or those that were kept of one that is
    /// gone, and serves the durable table.
    ///
    /// Without a table that can be served, as when the proxy before was of another version, the
    /// engine is told that none is live, so that it applies its own. Until then the other one
    /// accepts for as long as its window lasts, and from then on connections wait in the queues.
    func begin(_ saved: ProxyTable?) {
        if let former = Handover.ask(options.controlSocket) {
            registry.inherit(former.listeners, isShared: true)
            self.former = former.peer
        }
        if options.inheritsListeners {
            inheritKept()
        }
        if let saved {
            restore(saved)
        }
    }

    /// Takes over what comes over standard input.
    ///
    /// Nothing of it may stay there: a socket that waited in that queue would listen for as long as
    /// this process lives, with nobody to accept from it.
    private func inheritKept() {
        let limit = ContinuousClock.now + .seconds(5)
        let kept = ListenerHandover.receive(
            from: STDIN_FILENO,
            atMost: ListenerHandover.maximum,
            by: limit
        )
        if kept != nil {
            ListenerHandover.confirm(STDIN_FILENO)
        }
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        if nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 {
            // The next file may get this number, which nobody reads from here on.
            close(STDIN_FILENO)
        }
        close(nothing)
        guard let kept else {
            return report("the listening sockets that were kept did not come")
        }
        registry.inherit(kept.sockets, isShared: false)
    }

    /// Serves the durable table.
    ///
    /// What cannot be served is reported: one address that is taken keeps no other from being
    /// served.
    private func restore(_ saved: ProxyTable) {
        if let reason = TableRules.refusal(of: saved, after: nil) {
            return report("the table file \(options.tableFile) is refused: \(reason)")
        }
        do throws(ProxyFault) {
            let opening = try registry.openListeners(saved, tolerating: saved.addresses)
            table = saved
            noteMissing(opening)
            retryMetrics()
            try makeLive(saved)
            live = saved
        } catch {
            report(error.description)
        }
    }

    /// Binds, writes beside the durable table, makes live, makes durable, in this order.
    ///
    /// Up to the loops each can fail, as for an address that is taken or a full disk, and leaves
    /// what was. From then on the answer is that nobody knows: asked again, it goes on from there.
    /// The wait for the disk comes last, since a switch must not be as slow as that; who asks is
    /// told of neither before both are done.
    func apply(_ new: ProxyTable) -> ProxyResponse? {
        if let reason = TableRules.refusal(of: new, after: table) {
            return .refused(reason: reason)
        }
        if new == live {
            return .applied(generation: new.generation)
        }
        noteUnusableLog(new)
        let opening: ListenerOpening
        let staged: StagedTable
        let newMetrics = metrics(for: new)
        do throws(ProxyFault) {
            opening = try registry.openListeners(new, tolerating: Set(registry.missing.keys))
            do throws(ProxyFault) {
                staged = try file.stage(new)
            } catch {
                registry.closeListeners(opening.opened)
                throw error
            }
        } catch {
            return .refused(reason: error.description)
        }
        table = new
        (metrics, metricsFault) = newMetrics
        noteMissing(opening)
        do throws(ProxyFault) {
            try makeLive(new)
            try file.commit(staged)
        } catch {
            report(error.description)
            return .unsettled(reason: error.description)
        }
        live = new
        return .applied(generation: new.generation)
    }

    /// A log that cannot be written costs lines, never a switch.
    private func noteUnusableLog(_ new: ProxyTable) {
        if let log = new.accessLog, log != table?.accessLog,
            let reason = AccessLogPath.unusable(log)
        {
            report("\(reason); requests are served without it")
        }
    }

    /// Hands a table to every loop and waits until each has it.
    private func makeLive(_ new: ProxyTable) throws(ProxyFault) {
        registry.prune()
        registry.separateQueues(of: new)
        let plan = registry.plan(for: new, accessLog: accessLogs.open(new.accessLog))
        let adopted = loops.adopt(plan, within: adoptionTimeout)
        // Sooner or later each loop closes what the plan does not name.
        registry.forgetListeners(except: new)
        guard adopted == loops.count else {
            throw ProxyFault(
                "\(adopted) of \(loops.count) threads took generation \(new.generation)"
            )
        }
        accessLogs.settle()
        if let peer = former {
            ListenerHandover.confirm(peer)
            close(peer)
            former = nil
        }
    }

    private func noteMissing(_ opening: ListenerOpening) {
        for (address, reason) in opening.missing where registry.missing[address] == nil {
            report("\(reason.description); it is tried again each second")
        }
        registry.missing = opening.missing
    }

    /// Tries again to listen where somebody else did when the proxy started.
    func openMissing() {
        guard let table, nextOpening <= .now, !registry.missing.isEmpty || metricsFault != nil
        else {
            return
        }
        nextOpening = .now + .seconds(1)
        retryMetrics()
        guard !registry.missing.isEmpty else {
            return
        }
        do throws(ProxyFault) {
            let opening = try registry.openListeners(table, tolerating: table.addresses)
            noteMissing(opening)
            guard !opening.opened.isEmpty else {
                return
            }
            try makeLive(table)
            report("listens again: \(opening.opened.map(\.description).joined(separator: ", "))")
        } catch {
            report(error.description)
        }
    }
}
