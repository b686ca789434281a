import Testing

@testable import CutoverProxy

/// What an instance gets to see of a request.
@Suite struct RequestForwardingTests {
    private let edge = "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: http\r\n"

    /// The header lines that an instance gets, without what the edge adds.
    private func lines(_ fields: String) -> String {
        let head = parseRequest("GET / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n")
        let start = "GET / HTTP/1.1\r\nHost: x\r\n"
        let end = edge + "X-Forwarded-Host: x\r\n\r\n"
        guard head.forwarded.hasPrefix(start), head.forwarded.hasSuffix(end) else {
            return "not framed as expected: \(head)"
        }
        return String(head.forwarded.dropFirst(start.count).dropLast(end.count))
    }

    @Test(arguments: [
        "Connection: close\r\n", "Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n",
        "Proxy-Connection: keep-alive\r\n", "Proxy-Authorization: Basic eA==\r\n",
        "Proxy: http://evil/\r\n", "TE: trailers\r\n", "Trailer: A\r\n",
        "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
        "Forwarded: for=1\r\n", "X-Forwarded-For: 1.2.3.4\r\n", "x-forwarded-proto: https\r\n",
        "X-Real-IP: 1.2.3.4\r\n", "X_Forwarded_For: 1.2.3.4\r\n",
        "Connection: A, b\r\nA: 1\r\nB: 2\r\na: 3\r\n",
    ])
    func dropsWhatBelongsToTheClientsHop(fields: String) {
        #expect(lines(fields).isEmpty)
        #expect(lines("Before: 1\r\n" + fields + "After: 2\r\n") == "Before: 1\r\nAfter: 2\r\n")
    }

    @Test func writesEveryLineAnew() {
        #expect(lines("A:b\r\nC: \t d \t\r\nE:\r\n") == "A: b\r\nC: d\r\nE: \r\n")
    }

    @Test func keepsOrderAndRepeatedLines() {
        let fields = "Cookie: a\r\nAccept: */*\r\nCookie: b\r\n"
        #expect(lines(fields) == fields)
    }

    @Test func anAbsoluteTargetReplacesTheHost() {
        let head = parseRequest(
            "GET http://real:81/p?q HTTP/1.1\r\nHost: fake\r\nA: b\r\n\r\n"
        )
        #expect(
            head.forwarded == "GET /p?q HTTP/1.1\r\nHost: real:81\r\nA: b\r\n" + edge
                + "X-Forwarded-Host: real:81\r\n\r\n"
        )
    }

    @Test func anAbsoluteTargetWithoutAPathGetsOne() {
        for (target, path) in [("http://x", "/"), ("HTTP://x?q", "/?q")] {
            let head = parseRequest("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(head.forwarded.hasPrefix("GET \(path) HTTP/1.1\r\n"))
        }
        let options = parseRequest("OPTIONS http://x HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(options.forwarded.hasPrefix("OPTIONS * HTTP/1.1\r\n"))
        let other = parseRequest("OPTYONS http://x HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(other.forwarded.hasPrefix("OPTYONS / HTTP/1.1\r\n"))
    }

    @Test func anOldClientSpeaksTheNewVersionToTheInstance() {
        let head = parseRequest("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n")
        #expect(head.forwarded == "GET / HTTP/1.1\r\nHost: default\r\n" + edge + "\r\n")
    }

    @Test func anAllowedUpgradeIsPassedOn() {
        let fields = "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
        #expect(lines(fields) == "Connection: Upgrade\r\nUpgrade: WebSocket\r\n")
    }

    @Test(arguments: [
        ("GET", "Upgrade: websocket\r\n"),
        ("GET", "Connection: upgrade\r\nUpgrade: h2c\r\n"),
        ("GET", "Connection: upgrade\r\nUpgrade: websocket, h2c\r\n"),
        ("GET", "Connection: upgrade\r\nUpgrade: websocket\r\nUpgrade: h2c\r\n"),
        ("GET", "Connection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 3\r\n"),
        ("POST", "Connection: upgrade\r\nUpgrade: websocket\r\n"),
    ])
    func anyOtherUpgradeIsAnOrdinaryRequest(method: String, fields: String) {
        let head = parseRequest("\(method) / HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n")
        #expect(head.result == .complete)
        #expect(!head.forwarded.lowercased().contains("upgrade"))
    }
}
