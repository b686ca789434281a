import CutoverWire
import Testing

@testable import CutoverProxy

/// Every decoder of the data plane finds the same in the same bytes, however they arrive.
@Suite struct SegmentationTests {
    /// What all streams of a list have in common is checked with the list as one stream, too: a
    /// message must not lean on the one before it.
    private func expectAgreement<Decoder: StreamDecoder & ~Copyable>(
        _ messages: [[UInt8]],
        _ makeDecoder: @escaping () -> Decoder
    ) {
        var verifier = DecoderVerifier(makeDecoder)
        verifier.dripMaximum = 4_096
        verifier.randomCuts = 50
        for message in messages {
            #expect(verifier.disagreement(on: message, seed: 1) == nil, "\(visible(message))")
        }
        #expect(verifier.disagreement(on: messages, seed: 2) == nil)
    }

    @Test func requestsDoNotDependOnThePieces() {
        expectAgreement(Seeds.requests.map(Seeds.bytes)) { RequestStream() }
    }

    @Test(arguments: [false, true]) func responsesDoNotDependOnThePieces(isToHead: Bool) {
        expectAgreement(Seeds.responses.map(Seeds.bytes)) { ResponseStream(isToHead: isToHead) }
    }

    @Test(arguments: [false, true]) func chunksDoNotDependOnThePieces(isUnwrapped: Bool) {
        expectAgreement(Seeds.chunks.map(Seeds.bytes)) {
            BodyStream(BodyFraming(.chunked, isUnwrapped: isUnwrapped))
        }
    }

    @Test func bodiesOfKnownAndOfOpenLengthDoNotDependOnThePieces() {
        let bytes = Seeds.bytes("ten bytes.and more")
        expectAgreement([bytes]) { BodyStream(BodyFraming(length: 10)) }
        expectAgreement([bytes]) { BodyStream(BodyFraming(.untilClose)) }
    }

    @Test func framesDoNotDependOnThePieces() {
        expectAgreement(Seeds.frames) { FrameStream() }
    }

    /// One header begins a connection: each is a stream of its own.
    @Test func proxyHeadersDoNotDependOnThePieces() {
        for header in Seeds.proxyHeaders {
            expectAgreement([header]) { ProxyHeaderStream() }
        }
    }

    /// Each is a stream of its own: the connection ends behind the answer.
    @Test func scrapesDoNotDependOnThePieces() {
        let line = String(repeating: "a", count: Scrape.headMaximum)
        let requests = [
            "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "GET /metrics?a HTTP/1.0\n\nmore",
            "PUT /metrics HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET /metrics\r\n\r\n",
            "\r\n\r\n", "\r\r\rGET", "GET /metrics HTTP/1.1\r\nA: \(line)\r\n\r\n",
        ]
        for request in requests {
            expectAgreement([Seeds.bytes(request)]) { ScrapeStream() }
        }
    }

    @Test(arguments: [false, true]) func webSocketsDoNotDependOnThePieces(isMasked: Bool) {
        // What is of the other direction has no boundaries in this one, wherever it is cut.
        for frame in Seeds.webSocketFrames(isMasked: true) + Seeds.webSocketFrames(isMasked: false)
        {
            expectAgreement([frame]) { WebSocketStream(isMasked: isMasked) }
        }
        expectAgreement(Seeds.webSocketFrames(isMasked: isMasked)) {
            WebSocketStream(isMasked: isMasked)
        }
    }

    @Test func aDecoderThatDependsOnThePiecesIsFound() {
        struct Forgetful: StreamDecoder {
            private(set) var outcome = 0
            mutating func take(_ piece: ArraySlice<UInt8>) {
                outcome += piece.count > 1 ? 1 : 0
            }
        }
        #expect(DecoderVerifier { Forgetful() }.disagreement(on: [1, 2, 3], seed: 1) != nil)
    }

    @Test func noFrontOfAProxyHeaderIsTakenForOne() throws {
        for header in Seeds.proxyHeaders {
            for count in 0...min(header.count, 240) {
                try ProxyHeaderProperties.check(Array(header[..<count]))
            }
        }
    }

    @Test(arguments: [
        // A line that is too large, and bytes behind the limit that are no HTTP.
        ("GET / HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "b", count: 40) + "\u{0}\r\n\r\n"),
        ("GET / HTTP/1.1\r\n" + String(repeating: "b", count: 60) + "\u{0}\r\n\r\n"),
    ])
    func whatALargeHeadIsAnsweredDoesNotDependOnThePieces(text: String) {
        let limits = HeadLimits(headBytes: 40)
        #expect(parseRequest(text, limits: limits).result == .refused(.fieldsTooLarge))
        expectAgreement([Seeds.bytes(text)]) { RequestStream(limits: limits) }
    }

    @Test func whatALongMethodIsAnsweredDoesNotDependOnThePieces() {
        let text = String(repeating: "A", count: 40) + "\u{0} / HTTP/1.1\r\n"
        let limits = HeadLimits(requestLineBytes: 30)
        #expect(parseRequest(text, limits: limits).result == .refused(.targetTooLong))
        expectAgreement([Seeds.bytes(text)]) { RequestStream(limits: limits) }
    }

    @Test func linesUpToTheLimitAreAccepted() {
        // `Host: x` and its line's end are nine bytes, the rest is the other line's.
        let text = "GET / HTTP/1.1\r\nHost: x\r\nA: " + String(repeating: "b", count: 26)
        let limits = HeadLimits(headBytes: 40)
        #expect(parseRequest(text + "\r\n\r\nrest", limits: limits).result == .complete)
        let larger = parseRequest(text + "b\r\n\r\nrest", limits: limits)
        #expect(larger.result == .refused(.fieldsTooLarge))
    }

    @Test func aTabBeforeAValueIsForwardedAsASpace() {
        let request = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\tchunked\r\nA:\t\r\n\r\n"
        let forwarded = parseRequest(request).forwarded
        #expect(forwarded.contains("\r\nTransfer-Encoding: chunked\r\nA: \r\n"))
        let response = "HTTP/1.1 200 OK\r\nTransfer-Encoding:\tchunked\r\nA:\tb\r\n\r\n"
        #expect(
            parseResponse(response).forwarded
                == "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n"
        )
    }
}
