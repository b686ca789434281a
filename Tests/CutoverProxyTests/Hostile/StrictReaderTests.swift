import Testing

/// The oracle of the raw suites has to find what it is there to find.
@Suite struct StrictReaderTests {
    private func worst(ofRequest text: String) -> Outcome {
        let message = StrictReader.read(raw(text), .request)
        return MessageRules.faults(ofRequest: message).map(\.outcome).max() ?? .ok
    }

    private func worst(ofResponse text: String, hasEnded: Bool = false) -> Outcome {
        let message = StrictReader.read(raw(text), .response(toHead: false, hasEnded: hasEnded))
        return MessageRules.faults(ofResponse: message).map(\.outcome).max() ?? .ok
    }

    @Test(arguments: [
        "Content-Length: 5\r\nContent-Length: 5\r\n", "Content-Length: 5, 5\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: +5\r\n",
        "Transfer-Encoding: chunked,\r\n", "Transfer-Encoding: identity\r\n", "Content-Length:\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "A: b\r\n c\r\n",
        "A: b\nC: d\r\n", "A: b\rC: d\r\n", "A : b\r\n", "Host: y\r\n",
    ])
    func isDangerousToAnInstance(lines: String) {
        #expect(worst(ofRequest: get(lines, body: "hello")) == .dangerous)
    }

    @Test(arguments: [
        "", " 5", "5 ", "0x5", "+5", "g", "5;", "5;a=", "5;a=\"b", "5;a b", "5\n", "5;a\n", "5,",
    ])
    func isDangerousAsAChunk(size: String) {
        #expect(worst(ofRequest: chunked("\(size)\r\nhello\r\n0\r\n\r\n")) == .dangerous)
        let response = ok("Transfer-Encoding: chunked\r\n", "\(size)\r\nhello\r\n0\r\n\r\n")
        #expect(worst(ofResponse: response) == .dangerous)
    }

    @Test(arguments: [
        "A: b\u{0}\r\n", "A: b\u{7f}\r\n", "A(: b\r\n", ": b\r\n", "A\r\n",
        "Content-Length: 05\r\n",
    ])
    func isSloppy(lines: String) {
        #expect(worst(ofRequest: get(lines, body: "hello")) == .sloppy)
        #expect(worst(ofResponse: ok(lines, "hello")) == .sloppy)
    }

    @Test(arguments: [
        "GET /case HTTP/1.0", "GET  /case HTTP/1.1", "GET case HTTP/1.1", "GET * HTTP/1.1",
        "GET /a#b HTTP/1.1", "GET /\u{e9} HTTP/1.1", "G(T / HTTP/1.1", "GET /case HTTP/1.1 ",
        "GET http://x/ HTTP/1.1",
    ])
    func isNoRequestLine(line: String) {
        #expect(worst(ofRequest: line + "\r\nHost: x\r\n\r\n") == .sloppy)
    }

    @Test(arguments: [
        "Keep-Alive: 5\r\n", "Proxy-Connection: close\r\n", "Proxy: a\r\n", "TE: trailers\r\n",
        "Trailer: A\r\n", "Connection: Hop-A\r\n", "Hop-A: 1\r\n", "X-Forwarded-For: forged\r\n",
        "Upgrade: h2c\r\n",
    ])
    func isLeaking(line: String) {
        #expect(worst(ofRequest: get(line)) == .leaking)
    }

    @Test func whatIsLegalIsNothingToNote() {
        #expect(worst(ofRequest: get("A: b\r\nC:\r\n")) == .ok)
        #expect(worst(ofRequest: get("Content-Length: 5\r\n", body: "hello")) == .ok)
        #expect(worst(ofRequest: chunked("5;a=\"b\" ;c\r\nhello\r\n0\r\nA: b\r\n\r\n")) == .ok)
        #expect(worst(ofResponse: ok("Content-Length: 5\r\n", "hello")) == .ok)
        #expect(worst(ofResponse: "HTTP/1.1 204 \r\n\r\n") == .ok)
    }

    @Test(arguments: [
        "x", "x:80", "x.", "a_b", "%20", "[::1]", "[::1]:80", "[1::]", "[v1.a:b]", "1.2.3.4", "x:",
    ])
    func isHost(value: String) {
        #expect(MessageRules.isHost(value))
    }

    @Test(arguments: [
        "", ":80", "x y", "a,b", "u@x", "x/y", "x:a", "x:65536", "%2", "[::1", "::1", "[1:2]", "[]",
        "[::g]", "x:80:80", "[1.2.3.4]",
    ])
    func isNoHost(value: String) {
        #expect(!MessageRules.isHost(value))
    }

    @Test func aMessageIsWholeWithItsLastByteAndNotBefore() {
        for text in [
            get("Content-Length: 5\r\n", body: "hello"), chunked("5\r\nhello\r\n0\r\n\r\n"),
        ] {
            for count in 0..<raw(text).count {
                #expect(!StrictReader.read(Array(raw(text)[..<count]), .request).isComplete)
            }
            let message = StrictReader.read(raw(text + "GET "), .request)
            #expect(message.isComplete && message.count == raw(text).count)
            #expect(message.content == raw("hello"))
        }
    }

    @Test func onlyAnEndThatIsNoResetEndsABodyWithoutALength() {
        let text = raw(ok("", "hello"))
        #expect(!StrictReader.read(text, .response(toHead: false, hasEnded: false)).isComplete)
        #expect(StrictReader.read(text, .response(toHead: false, hasEnded: true)).isComplete)
        let short = raw(ok("Content-Length: 6\r\n", "hello"))
        #expect(!StrictReader.read(short, .response(toHead: false, hasEnded: true)).isComplete)
    }
}
