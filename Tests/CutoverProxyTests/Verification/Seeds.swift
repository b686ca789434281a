import CutoverWire

@testable import CutoverProxy

/// Where damage begins: messages that are well formed, or nearly, and the pieces that make them
/// interesting.
///
/// Of each list one element is one stream; a fuzzer is given all of them as its first corpus.
enum Seeds {
    static let requests = [
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /a?b HTTP/1.1\r\nHost: x:80\r\nA: b\r\nConnection: keep-alive\r\n"
            + "Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc",
        "\r\nPUT /c HTTP/1.1\r\nHost: [::1]:8080\r\nTransfer-Encoding: chunked\r\n"
            + "Connection: a, close\r\nA: \tb \r\nX_Y: z\r\n\r\n3;a=\"b\"\r\nabc\r\n0\r\nT: u\r\n\r\n",
        "GET http://other/d?e HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.2.3.4\r\n"
            + "Forwarded: for=1.2.3.4\r\nCookie: a=b; c=d\r\n\r\n"
            + "HEAD /next HTTP/1.1\r\nHost: x\r\nTE: trailers\r\n\r\n",
        "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Key: k\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\nProxy-Authorization: b\r\nKeep-Alive: 5\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\nExpect: 100-continue\r\n\r\n"
            + "GET / HTTP/1.0\r\nHost: x\r\n\r\nrest",
    ]

    static let responses = [
        "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 3\r\nConnection: close, a\r\nA: b\r\n"
            + "\r\nabc",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
            + "Trailer: T\r\n\r\n3;x\r\nabc\r\n0\r\nT: u\r\n\r\nHTTP/1.1 404 Not Found\r\n"
            + "Content-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nSet-Cookie: a=b\r\nX_Y: z\r\nX-Forwarded-For: 1\r\n\r\nto the end",
        "HTTP/1.1 204 \r\nContent-Length: 5\r\nKeep-Alive: timeout=5\r\n\r\n"
            + "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\nETag: \"a\"\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    ]

    static let chunks = [
        "0\r\n\r\n",
        "5;a=\"b\"\r\nhello\r\n3\r\nabc\r\n0\r\nT: u\r\n\r\nnext",
        "00A ; a ; b = c;d=\"e\\\"f\"\r\n0123456789\r\n000\r\nA: b\r\nC:\r\n\r\n",
        "7fffffffffffffff\r\nnever whole",
    ]

    /// What is put into a stream to damage it, and a fuzzer's dictionary.
    static let pieces = [
        "\r\n", "\n", "\r", "\u{0}", " ", "\t", ":", ",", ";", "=", "\"", "\\", "chunked", "close",
        "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Connection: a, host\r\n",
        "Connection: close\r\n", "Host: x\r\n", "\u{ff}", "HTTP/1.0", "HTTP/1.1", "http://",
        "https://", "[", "100-continue", "Upgrade: websocket\r\n", "ffffffffffffffff",
        "0\r\n\r\n", "1\r\na\r\n", "_", "X-Forwarded-For: ", "Proxy-", "OPTIONS * ", "CONNECT ",
        "HEAD ", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 204 \r\n\r\n",
    ]

    /// Frames, and the values in them, of each kind of message.
    static var frames: [[UInt8]] {
        let messages = requests(of: table).map(\.encoded) + responses(with: table).map(\.encoded)
        return [messages.flatMap { Frame.wrap($0) ?? [] }, Frame.wrap([]) ?? [], [0x40, 0, 0, 0]]
    }

    /// Inputs of `WireProperties`: a value behind the number of its kind.
    static var values: [[UInt8]] {
        requests(of: table).map { [0] + $0.encoded }
            + responses(with: table).map { [1] + $0.encoded }
            + [
                [2] + table.encoded, [3] + stats.encoded, [4] + Array("127.0.0.1:8080".utf8),
                [4] + Array("unix:/run/a".utf8), [5] + TableFile.encode(table),
            ]
    }

    private static func requests(of table: ProxyTable) -> [ProxyRequest] {
        [
            .hello, .apply(table), .stats, .cut(keys: ["a", "b"], epoch: 3),
            .shutdown(graceMilliseconds: 300, epoch: 4), .table,
        ]
    }

    private static func responses(with table: ProxyTable) -> [ProxyResponse] {
        let hello = ProxyHello(version: 1, pid: 4_711, startedAt: 1, generation: 2, epoch: 3)
        return [
            .hello(hello), .applied(generation: 300), .stats(stats), .cut(count: 2), .stopping,
            .refused(reason: "no"), .table(table), .table(nil),
        ]
    }

    private static var table: ProxyTable {
        let first = ProxyBackend(key: "a", address: .ipv4(host: "127.0.0.1", port: 9_001))
        let second = ProxyBackend(key: "b", address: .unix(path: "/run/b"), isDraining: true)
        let route = ProxyRoute(
            service: "web",
            listen: .ipv4(host: "127.0.0.1", port: 80),
            preview: .ipv4(host: "127.0.0.1", port: 81),
            sides: [
                ProxySide(name: "blue", release: "v1", weight: 95, backends: [first, second]),
                ProxySide(name: "green", release: "v2", weight: 0, backends: []),
            ],
            previewSide: 1
        )
        return ProxyTable(generation: 7, epoch: 3, routes: [route])
    }

    private static var stats: ProxyStats {
        var backend = ProxyBackendStats(key: "a")
        backend.responses = [1, 2, 3, 4, 5]
        backend.failures.cut = 9
        backend.firstRequestAt = 1_800_000_000_000
        backend.latency.buckets = [
            LatencyBucket(index: 3, count: 1), LatencyBucket(index: 400, count: 2),
        ]
        var service = ProxyServiceStats(service: "web")
        service.refusals = [ProxyRefusal(status: 503, count: 4)]
        var endless = ProxyBackendStats(key: "b")
        endless.failures.reset = .max
        endless.failures.timedOut = .max
        endless.latency.buckets = [0, 1, 463].map { LatencyBucket(index: $0, count: .max) }
        service.backends = [backend, endless]
        var stats = ProxyStats()
        stats.services = [service]
        return stats
    }
}

extension Seeds {
    /// A text as bytes, one for each of its first 256 code points.
    static func bytes(_ text: String) -> [UInt8] {
        text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
}
