import Testing

@testable import CutoverProxy

@Suite struct ResponsePolicyTests {
    @Test(arguments: [
        "HTTP/1.1 200\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n   ",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 600 OK\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.2 200 OK\r\n\r\n",
        "HTTX/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 O\u{0}K\r\n\r\n",
        "HTTP/1.1 200 OK\nA: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\u{1}\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: Transfer-Encoding\r\n\r\n",
        "<html>not http at all</html>",
    ])
    func isNoResponse(text: String) {
        guard case .refused = parseResponse(text).result else {
            Issue.record("accepted")
            return
        }
    }

    @Test(arguments: [
        (
            "HTTP/1.1 200 \r\nA: b\r\nServer:x\r\n\r\n",
            "HTTP/1.1 200 \r\nA: b\r\nServer: x\r\n\r\n"
        ),
        ("HTTP/1.0 404 Not Found\r\nDate: d\r\n\r\n", "HTTP/1.1 404 Not Found\r\nDate: d\r\n\r\n"),
        (
            "HTTP/1.1 200 OK\r\nConnection: keep-alive, Secret\r\nSecret: s\r\nKeep-Alive: 5\r\n"
                + "Proxy-Authenticate: Basic\r\nProxy-X_y: z\r\nUpgrade: h2c\r\nX_y: kept\r\n"
                + "\r\n",
            "HTTP/1.1 200 OK\r\nX_y: kept\r\n\r\n"
        ),
        (
            "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nA: b\r\n\r\n",
            "HTTP/1.1 204 No Content\r\nA: b\r\n\r\n"
        ),
        (
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n"
        ),
        ("HTTP/1.1 599 \u{e9}\r\n\r\n", "HTTP/1.1 599 \u{e9}\r\n\r\n"),
    ])
    func isForwardedAs(text: String, forwarded: String) {
        #expect(parseResponse(text) == ParsedHead(result: .complete, forwarded: forwarded))
    }

    @Test func anUnwrappedBodyIsNotAnnouncedAsChunked() {
        let head = "HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\nC: d\r\n\r\n"
        #expect(
            parseResponse(head, isUnwrapped: true).forwarded
                == "HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\n\r\n"
        )
    }
}
