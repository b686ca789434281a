/// What the proxy counted since it started, at one moment.
package struct ProxyStats: Hashable, Sendable {
    /// When it was read, in milliseconds since 1970.
    package var takenAt: UInt64 = 0

    /// The live table's generation.
    package var generation: UInt64 = 0

    /// The live table's epoch.
    package var epoch: UInt64 = 0

    /// Lines that are missing in access logs: of requests that no buffer had room for, or that
    /// could not be written.
    package var accessLogDropped: UInt64 = 0

    /// One per service of the table, and per service that still has requests in flight.
    package var services: [ProxyServiceStats] = []

    /// Starts empty.
    package init() {}
}

/// What was counted for one service.
package struct ProxyServiceStats: Hashable, Sendable {
    /// The service's name.
    package var service: String

    /// Client connections that are open, on both listeners.
    package var connectionsOpen: UInt64 = 0

    /// Client connections accepted; where they begin with a PROXY header, those whose header was
    /// whole.
    package var connectionsAccepted: UInt64 = 0

    /// Client connections that were closed without an answer: their PROXY header was missing or
    /// damaged, or their peer is none of those that may connect.
    package var connectionsBarred: UInt64 = 0

    /// Responses that the proxy made itself to clients of the service, not of its preview, by
    /// status, in the order of their status.
    package var refusals: [ProxyRefusal] = []

    /// Responses and tunnels that the proxy ended before their end, for another reason than the
    /// client: the drain's deadline, an instance that broke off or fell silent, or memory that was
    /// used up.
    ///
    /// Only those whose head was out, so none is also a refusal; of the preview there are none.
    package var cutShort: UInt64 = 0

    /// One per instance.
    package var backends: [ProxyBackendStats] = []

    /// Client connections that were closed when they were accepted, since every place was taken and
    /// no connection was idle; of the preview there are none.
    package var connectionsRefused: UInt64 = 0

    /// Requests that wait because of a hold, or because no instance takes them.
    package var held: UInt64 = 0

    /// Client connections that were closed when they were accepted, or when their PROXY header had
    /// named the client, since more were open than the settings allow: their doing, and no failure
    /// of the service.
    package var connectionsLimited: UInt64 = 0

    /// Requests answered 502, 503 or 504 by the proxy itself that count at no instance: none was
    /// chosen, or each attempt was given up for another that never came.
    ///
    /// These and what the instances count without their retries are all requests, each once.
    package var uncountedRequests: UInt64 = 0

    /// Requests answered 503 by the proxy itself that are no failure of an instance: none took
    /// them, or this machine had no room (`local`).
    package var uncountedFailures: UInt64 = 0

    /// Starts with nothing counted.
    package init(service: String) {
        self.service = service
    }

    /// Requests that failed their client: those that the proxy answered 502, 503 or 504 itself,
    /// those whose response it cut short, and those that a refused connection kept from being sent.
    package var failures: UInt64 {
        refusals.filter { (502...504).contains($0.status) }
            .reduce(cutShort &+ connectionsRefused) { $0 &+ $1.count }
    }
}

/// How often the proxy answered a request with one status of its own.
package struct ProxyRefusal: Hashable, Sendable {
    /// 400, 413, 414, 431, 502, 503, 504 and so on.
    package var status: UInt16

    /// How often.
    package var count: UInt64

    /// Records one count.
    package init(status: UInt16, count: UInt64) {
        self.status = status
        self.count = count
    }
}

/// What was counted for one instance.
package struct ProxyBackendStats: Hashable, Sendable {
    /// The instance's key.
    package var key: String

    /// Requests that chose this instance; a retry counts again where it goes.
    package var requests: UInt64 = 0

    /// Requests that chose it and are not over: waiting, streaming or upgraded.
    package var inFlight: UInt64 = 0

    /// Final responses by class, `responses[0]` for 1xx (an upgrade) to `responses[4]` for 5xx.
    package var responses: [UInt64] = Array(repeating: 0, count: 5)

    /// Requests that did not get a whole response from it, by kind.
    ///
    /// A kept connection that closes under a request which is then sent again is no failure: any
    /// instance may close an idle connection (RFC 9112 9.5).
    package var failures = ProxyFailures()

    /// Requests that failed here and were sent to an instance again.
    package var retries: UInt64 = 0

    /// Bytes of responses and tunnels sent towards clients, heads included.
    package var bytesToClients: UInt64 = 0

    /// Bytes of requests and tunnels sent to the instance, heads included.
    package var bytesFromClients: UInt64 = 0

    /// Connections to it that are open, idle ones included.
    package var connectionsOpen: UInt64 = 0

    /// The first request since the last `apply`, in milliseconds since 1970; `nil` when there was
    /// none.
    package var firstRequestAt: UInt64?

    /// From the request's head to the response's head.
    package var latency = LatencyHistogram()

    /// The sum of these, in nanoseconds.
    package var latencySum: UInt64 = 0

    /// Starts with nothing counted.
    package init(key: String) {
        self.key = key
    }
}

/// Requests that did not get a whole response from an instance, by what happened.
package struct ProxyFailures: Hashable, Sendable {
    /// The connection could not be made: refused or unreachable.
    package var connectRefused: UInt64 = 0

    /// The connection was not made in time.
    package var connectTimedOut: UInt64 = 0

    /// The instance reset the connection.
    package var reset: UInt64 = 0

    /// The instance closed the connection before the response was whole, or a WebSocket without a
    /// close frame.
    package var closedEarly: UInt64 = 0

    /// The response broke a rule of HTTP.
    package var responseInvalid: UInt64 = 0

    /// The response, or its next byte, did not come in time.
    package var timedOut: UInt64 = 0

    /// The client went away first.
    package var clientAborted: UInt64 = 0

    /// The drain's deadline cut it.
    package var cut: UInt64 = 0

    /// This machine could not begin the connection, since no descriptor, port, memory or slot was
    /// left, or had no memory for bytes of a message or a tunnel that had to wait.
    package var local: UInt64 = 0

    /// Starts with nothing counted.
    package init() {}

    /// All failures that are neither the client's own nor this machine's.
    package var total: UInt64 {
        connectRefused &+ connectTimedOut &+ reset &+ closedEarly &+ responseInvalid &+ timedOut
            &+ cut
    }
}
