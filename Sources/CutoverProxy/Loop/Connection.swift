/// One socket of the loop, of a client or towards an instance, in a slot of the slab.
///
/// It is a trivial value of at most 176 bytes, and an idle one owns nothing but its descriptor:
/// blocks are borrowed while a head is unfinished, while a request runs, or while bytes wait for a
/// slow reader.
struct Connection {
    /// Whose socket it is.
    enum Role: UInt8 {
        case free
        case client
        case upstream
    }

    /// What it waits for.
    enum Phase: UInt8 {
        // MARK: Of a client

        /// The PROXY header, with which its listener has it begin.
        case proxyHeader
        /// The next request: nothing of it, or an unfinished head.
        case head
        /// Its request waits in its route's line, because of a hold or for want of an instance.
        case held
        /// An exchange runs: the rest of the request's body, or the response.
        case exchange
        /// The response is made, and its last bytes wait for a slow reader.
        case flush

        // MARK: Of an upstream connection

        /// The handshake.
        case connect
        /// Nothing: it lies in its backend's pool.
        case idle
        /// The response's head.
        case responseHead
        /// The rest of the response's body.
        case responseBody

        // MARK: Of both

        /// Upgraded: bytes pass in both directions.
        case tunnel
        /// The last response or frame is out; what still arrives is discarded, so that no reset
        /// destroys it.
        case linger
    }

    /// Facts that hold beside the phase.
    struct Flags: OptionSet {
        let rawValue: UInt32

        // MARK: Of both

        /// The epoll instance knows the descriptor.
        static let registered = Flags(rawValue: 1 << 0)
        /// The last read did not find the end of what had arrived.
        static let readable = Flags(rawValue: 1 << 1)
        /// The peer will send no more: epoll said so, what was sent before may still be unread.
        static let peerClosed = Flags(rawValue: 1 << 2)
        /// The end of the peer's bytes was read.
        static let ended = Flags(rawValue: 1 << 3)
        /// epoll reports when it can be written again.
        static let armedForOutput = Flags(rawValue: 1 << 4)
        /// The end was passed on to the other connection of a tunnel.
        static let endForwarded = Flags(rawValue: 1 << 5)
        /// It stands in the loop's list of connections that have more to read.
        static let postponed = Flags(rawValue: 1 << 6)

        // MARK: Of a client

        /// Its request carries what sends it to the preview side.
        static let asksPreview = Flags(rawValue: 1 << 7)
        /// Its listener is the preview's.
        static let preview = Flags(rawValue: 1 << 8)
        /// It closes behind the response.
        static let closes = Flags(rawValue: 1 << 9)
        static let isHead = Flags(rawValue: 1 << 10)
        static let isHTTP10 = Flags(rawValue: 1 << 11)
        static let idempotent = Flags(rawValue: 1 << 12)
        static let upgrade = Flags(rawValue: 1 << 13)
        /// Every byte of the request so far stands in its block, so it can be sent again.
        static let replayable = Flags(rawValue: 1 << 14)
        /// Bytes of the final response were handed to the client's socket.
        static let responded = Flags(rawValue: 1 << 15)
        /// The instance is not sent the rest of the body any more.
        static let bodyAbandoned = Flags(rawValue: 1 << 16)
        /// The client's half-close was answered by a probe.
        static let probed = Flags(rawValue: 1 << 17)
        /// Only the connection's end tells it that its response is whole.
        static let endsByClose = Flags(rawValue: 1 << 18)
        /// The request asks for the connection's end.
        static let wantsClose = Flags(rawValue: 1 << 19)
        /// Its request waits for room in the queue of an instance.
        static let awaitsRoom = Flags(rawValue: 1 << 23)
        /// Bytes of its response wait for it in the instance's pipe.
        static let responsePiped = Flags(rawValue: 1 << 24)
        /// Bytes of its request wait in its pipe for the instance.
        static let requestPiped = Flags(rawValue: 1 << 25)

        /// Its service binds clients to instances by a cookie.
        static let sticky = Flags(rawValue: 1 << 26)
        /// Its request has waited in the line, and may go back there.
        static let waited = Flags(rawValue: 1 << 27)
        /// Its access log line is begun; see `AccessTrails`.
        static let trailed = Flags(rawValue: 1 << 28)
        /// Its client is not `address` but stands in the loop's `distantClients`.
        static let distant = Flags(rawValue: 1 << 29)
        /// It begins with a PROXY header, which has named nobody: it counts for no address.
        ///
        /// Its bit is that of `reused`, which no client has.
        static let unnamed = Flags(rawValue: 1 << 20)
        /// It waits for `100 Continue` before it sends its body, of which nothing has come.
        ///
        /// Its bit is that of `answered`.
        static let awaitsContinue = Flags(rawValue: 1 << 21)

        // MARK: Of an upstream connection, where a client's bits may say something else

        /// It came from the pool.
        static let reused = Flags(rawValue: 1 << 20)
        /// A byte of the response arrived.
        static let answered = Flags(rawValue: 1 << 21)
        /// It cannot be used again behind this response.
        static let last = Flags(rawValue: 1 << 22)
        /// Its response says that it is a stream of events.
        static let eventStream = Flags(rawValue: 1 << 30)

        // MARK: Of both connections of a tunnel

        /// The tunnel is a WebSocket, whose frames are followed.
        static let webSocket = Flags(rawValue: 1 << 31)
    }

    var descriptor: Int32 = -1
    /// Grows with each use of the slot, so that an event for an earlier use is recognised.
    var generation: UInt32 = 0
    var role = Role.free
    var phase = Phase.head
    /// Attempts that the running request has made.
    var attempts: UInt8 = 0
    /// Interim responses that were forwarded.
    var interims: UInt8 = 0
    var flags: Flags = []

    /// The other connection of the exchange, or -1.
    var peer: Int32 = -1
    /// Links of the free list, of the backend's pool of idle connections, or of the line in which
    /// a client's request waits.
    var next: Int32 = -1
    var previous: Int32 = -1

    /// The client's route.
    var route: Int32 = -1
    /// The backend that an upstream connection goes to; of a client the one that its request asks
    /// for, or -1.
    var backend: Int32 = -1
    /// Backends that failed the running request; they are not chosen again.
    var failedBackends: InlineArray<2, Int32> = [-1, -1]
    /// The client's address, in host byte order: that of the socket's peer, or the one that a PROXY
    /// header names.
    var address: UInt32 = 0

    /// When it has waited too long, on the loop's clock in milliseconds; 0 is never.
    var deadline: UInt32 = 0
    /// When the connection went idle, a client's or one in the pool, on the same clock; of a client
    /// whose request waits in a line until when it may, and in `linger` until when it is read.
    var idleSince: UInt32 = 0

    /// Of a client the request's body, of an upstream connection the response's.
    var body = BodyFraming()

    /// Where the frames end that came from this peer of a WebSocket.
    var frames = WebSocketFraming()

    /// Of a client: whose turn its request took where sides share the traffic, as a place among
    /// the sides of its route, or -1.
    var side: Int16 = -1

    /// An unfinished head, or what a client sent behind its running request.
    var input: Block?
    /// The rewritten request of a client, of which a piece of its body that waits for the instance
    /// replaces all but the front; of a stream or a tunnel only that.
    var request: Block?
    /// Bytes that wait until this socket takes them.
    var output: Block?
    var inputCount: Int32 = 0
    var requestSent: Int32 = 0
    var requestCount: Int32 = 0
    var outputSent: Int32 = 0
    var outputCount: Int32 = 0

    /// The pipe through which this connection's body passes, in `Loop.pipes`, or -1.
    var pipe: Int32 = -1

    /// When the request began, in nanoseconds of CLOCK_MONOTONIC.
    var startedAt: UInt64 = 0
}

extension Connection {
    /// Whether bytes wait for this socket.
    var hasOutput: Bool { outputCount > outputSent || flags.contains(.responsePiped) }

    /// Of a client: whether bytes of its request wait for the instance.
    var hasRequestBytes: Bool { requestCount > requestSent || flags.contains(.requestPiped) }

    /// Of a client: whether its instance has the next word, since the request has come whole or the
    /// client waits for `100 Continue`.
    @inline(__always)
    var awaitsInstance: Bool { body.isDone || flags.contains(.awaitsContinue) }

    /// Of a client: whether its request is meant for the preview side, and so nobody's but its
    /// tester's.
    var isPreview: Bool { !flags.isDisjoint(with: [.preview, .asksPreview]) }
}
