import CutoverCore
import CutoverWire
import Logging

extension EmbeddedRouter {
    /// Takes copies of the listening sockets that the proxy has now, in place of those before.
    ///
    /// Without an answer what was kept stays: the proxy may be the one that they are kept for.
    func keepListeners() async {
        guard !isSuspended else {
            return
        }
        let attempt = forgetCurrency()
        let limit = keptMaximum
        do throws(DriverError) {
            let listeners = try await channel.call("listeners") {
                client throws(ProxyClientError) in
                KeptListeners(try client.listeners(atMost: limit))
            }
            // An answer that was asked for later is newer, whichever comes first.
            guard attempt == keepAttempts, !isStopping, !isSuspended else {
                return
            }
            kept = listeners
            isKeptCurrent = true
            noteKeepFault(listeners.shortage)
        } catch {
            noteKeepFault("connections would be refused if the proxy were killed: \(error)")
        }
    }

    /// Tells it once.
    private func noteKeepFault(_ fault: String?) {
        if let fault, fault != keepFault {
            logger.notice("\(fault)")
        }
        keepFault = fault
    }

    /// Closes the copies before this process is stopped for a while, and takes none until it goes
    /// on: with a proxy that dies meanwhile clients would wait in them for nobody.
    package func suspend() {
        isSuspended = true
        forgetCurrency()
        kept = nil
    }

    /// Takes copies again.
    package func resume() async {
        isSuspended = false
        await keepListeners()
    }

    /// Takes copies when what is kept may be another proxy's, or when other addresses are served.
    ///
    /// One that the proxy could not open when it started it may open later.
    func keepListeners(of table: ProxyTable?) async {
        let isMoved = table.map { $0.addresses != kept?.addresses } ?? false
        if !isKeptCurrent || isMoved {
            await keepListeners()
        }
    }

    /// Has no answer that is still to come count, and has the sockets asked for again; returns the
    /// number of the attempt that may begin.
    @discardableResult
    func forgetCurrency() -> Int {
        isKeptCurrent = false
        keepAttempts += 1
        return keepAttempts
    }
}
