/// The kinds of requests that a soak mixes, and what each must be answered with.
enum SoakRequest: CaseIterable {
    case small
    case tenKibibytes
    case chunked
    case mebibyte
    case post
    /// On a connection of its own.
    case fresh
    /// Several at once on one connection.
    case pipelined
    /// An upgrade, and what is sent through it for as long as the load lasts.
    case tunnel

    /// Requests that are sent before the first response is read.
    var depth: Int { self == .pipelined ? 8 : 1 }

    /// Bytes of content in one response; of a tunnel there is none.
    var contentBytes: Int {
        switch self {
        case .small, .post, .fresh, .pipelined: 100
        case .tenKibibytes, .chunked: 10_240
        case .mebibyte: 1 << 20
        case .tunnel: 0
        }
    }

    /// The bytes of one request.
    var bytes: [UInt8] {
        switch self {
        case .small, .pipelined: Self.get("/")
        case .tenKibibytes: Self.get("/10k")
        case .chunked: Self.get("/chunked")
        case .mebibyte: Self.get("/1m")
        case .fresh: Self.get("/", "Connection: close\r\n")
        case .tunnel: Self.get("/echo", "Connection: Upgrade\r\nUpgrade: echo\r\n")
        case .post:
            Array("POST / HTTP/1.1\r\nHost: soak\r\nContent-Length: 10240\r\n\r\n".utf8)
                + Array(repeating: UInt8(ascii: "p"), count: 10_240)
        }
    }

    private static func get(_ path: String, _ more: String = "") -> [UInt8] {
        Array("GET \(path) HTTP/1.1\r\nHost: soak\r\n\(more)\r\n".utf8)
    }
}
