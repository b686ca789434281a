/// Asks the proxy over its control socket, one connection for each request.
///
/// A call blocks its thread until the answer or the deadline. With a connection for each request a
/// late answer can never be taken for that of the next one, and a proxy that was replaced is simply
/// found.
package struct ProxyClient: Sendable {
    /// The proxy's control socket.
    package let socketPath: String

    /// How long a call waits in all.
    package let timeout: Duration

    /// Connects to nothing yet.
    package init(socketPath: String, timeout: Duration = .seconds(5)) {
        self.socketPath = socketPath
        self.timeout = timeout
    }

    /// Asks who the proxy is and which table is live.
    package func hello() throws(ProxyClientError) -> ProxyHello {
        guard case .hello(let hello) = try call(.hello) else {
            throw unexpected("hello")
        }
        return hello
    }

    /// Replaces the table; returns when it is durable and live on every thread of the proxy.
    package func apply(_ table: ProxyTable) throws(ProxyClientError) {
        guard case .applied(let generation) = try call(.apply(table)),
            generation == table.generation
        else {
            throw unexpected("apply")
        }
    }

    /// Reads the last table that the proxy's threads were given; `nil` when there is none.
    package func table() throws(ProxyClientError) -> ProxyTable? {
        guard case .table(let table) = try call(.table) else {
            throw unexpected("table")
        }
        return table
    }

    /// Reads all counters.
    package func stats() throws(ProxyClientError) -> ProxyStats {
        guard case .stats(let stats) = try call(.stats) else {
            throw unexpected("stats")
        }
        return stats
    }

    /// Closes what is in flight on these draining backends; returns what that was.
    package func cut(_ keys: [String], epoch: UInt64) throws(ProxyClientError) -> InFlightList {
        guard case .cut(let list) = try call(.cut(keys: keys, epoch: epoch)) else {
            throw unexpected("cut")
        }
        return list
    }

    /// Lists what is in flight on these backends; without keys, on all that are draining or have
    /// left the table.
    package func inFlight(on keys: [String] = []) throws(ProxyClientError) -> InFlightList {
        guard case .inFlight(let list) = try call(.inFlight(keys: keys)) else {
            throw unexpected("inFlight")
        }
        return list
    }

    /// Counts what is in flight on these backends.
    package func inFlightCount(on keys: [String]) throws(ProxyClientError) -> UInt64 {
        guard case .inFlightCount(let count) = try call(.inFlightCount(keys: keys)) else {
            throw unexpected("inFlightCount")
        }
        return count
    }

    /// Takes copies of the listening sockets, which the caller owns from then on: for each address
    /// one for each loop or more, in the order of the loops.
    ///
    /// Of more than `limit` it takes some for each address.
    package func listeners(atMost limit: Int) throws(ProxyClientError) -> ReceivedListeners {
        let connection = try ControlConnection(to: socketPath, timeout: timeout)
        try connection.send(Frame.wrap(ProxyRequest.listeners.encoded) ?? [])
        return try connection.receiveListeners(atMost: limit)
    }

    /// Starts the proxy's end; running requests get `graceMilliseconds` to finish.
    package func shutdown(graceMilliseconds: UInt32, epoch: UInt64) throws(ProxyClientError) {
        let request = ProxyRequest.shutdown(graceMilliseconds: graceMilliseconds, epoch: epoch)
        guard case .stopping = try call(request) else {
            throw unexpected("shutdown")
        }
    }

    /// Sends one request and awaits its answer; a refusal is thrown as an error.
    package func call(_ request: ProxyRequest) throws(ProxyClientError) -> ProxyResponse {
        let message = request.encoded
        guard let frame = Frame.wrap(message) else {
            throw failure(.refused, "a message of \(message.count) bytes is too large for a frame")
        }
        let connection = try ControlConnection(to: socketPath, timeout: timeout)
        try connection.send(frame)
        let bytes = try connection.receive()
        let response: ProxyResponse
        do throws(WireError) {
            response = try ProxyResponse(decoding: bytes)
        } catch {
            throw failure(.answerInvalid, error.description, mayHaveBeenApplied: true)
        }
        if case .refused(let reason) = response {
            throw failure(.refused, reason)
        }
        if case .unsettled(let reason) = response {
            throw failure(.unsettled, reason, mayHaveBeenApplied: true)
        }
        return response
    }

    private func unexpected(_ request: String) -> ProxyClientError {
        failure(.answerUnexpected, "to \(request)", mayHaveBeenApplied: true)
    }

    private func failure(
        _ kind: ProxyClientError.Kind,
        _ detail: String,
        mayHaveBeenApplied: Bool = false
    ) -> ProxyClientError {
        ProxyClientError(
            kind: kind,
            socketPath: socketPath,
            detail: detail,
            mayHaveBeenApplied: mayHaveBeenApplied
        )
    }
}
