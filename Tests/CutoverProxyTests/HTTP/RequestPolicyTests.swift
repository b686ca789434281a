import Testing

@testable import CutoverProxy

/// The policy for requests where RFC 9110 and 9112 leave a choice, one line for each shape.
@Suite struct RequestPolicyTests {
    private static let malformed: [String] = [
        "GET /\r\n\r\n",
        "GET / HTTP/1.1\nHost: x\n\n",
        "GET / HTTP/1.1\r\nHost: x\n\r\n",
        "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
        "GET /\u{7f} HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /\u{e9} HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /#f HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET x HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET ftp://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http:///p HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://u@x/ HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / http/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: u@x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x:80a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n A: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA(: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\u{0}c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\u{1}c\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\rc\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA: b\u{7f}\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked,\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: identity\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: Host\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: close, content-length\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: X-Forwarded-For\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: a b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nExpect: 100-continue\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
    ]

    @Test(arguments: malformed)
    func isRefusedWithBadRequest(text: String) {
        #expect(parseRequest(text).result == .refused(.badRequest))
    }

    private static let refused: [(String, Refusal)] = [
        ("CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", Refusal.methodNotAllowed),
        ("TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", .methodNotAllowed),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .versionNotSupported),
        ("GET / HTTP/1.2\r\nHost: x\r\n\r\n", .versionNotSupported),
        ("GET / HTTP/3.0\r\nHost: x\r\n\r\n", .versionNotSupported),
        ("GET / HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\n\r\n", .expectationFailed),
        ("GET /\(long(9_000)) HTTP/1.1\r\n", .targetTooLong),
        ("GET /\(long(9_000))", .targetTooLong),
        ("GET / HTTP/1.1\r\nHost: x\r\nA: \(long(33_000))", .fieldsTooLarge),
        ("GET / HTTP/1.1\r\n\(lines(101))\r\n", .fieldsTooLarge),
    ]

    private static func long(_ count: Int) -> String { String(repeating: "a", count: count) }

    private static func lines(_ count: Int) -> String {
        String(repeating: "A: b\r\n", count: count)
    }

    @Test(arguments: refused)
    func isRefusedWithItsOwnStatus(text: String, refusal: Refusal) {
        #expect(parseRequest(text).result == .refused(refusal))
    }

    private static let legal: [String] = [
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /a?b={\"c\"|d} HTTP/1.1\r\nHost: x.example:8080\r\n\r\n",
        "PATCH /%20;a=b HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
        "M-SEARCH / HTTP/1.1\r\nhOsT: x\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nA:\r\nB:\tc\t\r\nC: \u{e9}\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 007\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: CHUNKED\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: , close ,,keep-alive\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n\(lines(99))\r\n",
    ]

    @Test(arguments: legal)
    func isAccepted(text: String) {
        #expect(parseRequest(text).result == .complete)
    }

    /// However a head is cut, it is incomplete until its last byte, and then it is whole.
    @Test func aHeadIsCompleteWithItsLastByteAndNotBefore() {
        let head = "POST /p?q HTTP/1.1\r\nHost: x\r\nA:  b \r\nContent-Length: 3\r\n\r\n"
        for count in 0..<head.utf8.count {
            let prefix = String(decoding: head.utf8.prefix(count), as: UTF8.self)
            #expect(parseRequest(prefix).result == .incomplete)
        }
        #expect(parseRequest(head).result == .complete)
        #expect(parseRequest(head + "abcGET ").forwarded == parseRequest(head).forwarded)
    }
}
