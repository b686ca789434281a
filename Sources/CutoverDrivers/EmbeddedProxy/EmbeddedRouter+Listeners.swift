import CutoverCore
import CutoverWire
import Logging

extension EmbeddedRouter {
    /// Takes copies of the listening sockets that the proxy has now, in place of those before.
    ///
    /// Without an answer what was kept stays: the proxy may be the one that they are kept for.
    func keepListeners() async {
        keepings += 1
        let keeping = keepings
        do throws(DriverError) {
            let listeners = try await channel.call("listeners") {
                client throws(ProxyClientError) in
                KeptListeners(try client.listeners())
            }
            // One that was asked for later is newer, whichever comes first.
            if keeping == keepings, !isStopping {
                kept = listeners
            }
        } catch {
            logger.notice("listening sockets are not kept: \(error)")
        }
    }

    /// The same when other addresses are served than those that are kept.
    ///
    /// One that the proxy could not open when it started it may open later.
    func keepListeners(of table: ProxyTable?) async {
        if let table, table.addresses != kept?.addresses {
            await keepListeners()
        }
    }
}
