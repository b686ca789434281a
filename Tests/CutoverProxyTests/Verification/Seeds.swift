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
        "OPTIONS http://x HTTP/1.1\r\nHost: x\r\nContent-Length: 003\r\n\r\nabc",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\nExpect: 100-continue\r\n\r\n"
            + "GET / HTTP/1.0\r\nHost: x\r\n\r\nrest",
    ]

    static let responses = [
        "HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 3\r\nConnection: close, a\r\nA: b\r\n"
            + "\r\nabc",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
            + "Trailer: T\r\n\r\n3;x\r\nabc\r\n0\r\nT: u\r\n\r\nHTTP/1.1 404 Not Found\r\n"
            + "Content-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nSet-Cookie: a=b\r\nX_Y: z\r\nProxy-X_Y: z\r\nX-Forwarded-For: 1\r\n"
            + "\r\nto the end",
        "HTTP/1.1 200 \r\nContent-Length: 00\r\n\r\nHTTP/1.1 200 \r\nContent-Length: 03\r\n\r\nabc",
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
}

extension Seeds {
    /// A text as bytes, one for each of its first 256 code points.
    static func bytes(_ text: String) -> [UInt8] {
        text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
}
