@testable import CutoverProxy

/// What must hold of every request, whatever its bytes are.
enum RequestProperties {
    /// Limits that short streams meet.
    private static let narrow = HeadLimits(requestLineBytes: 24, headBytes: 96, headLines: 5)

    /// Checks the requests that stand in `bytes`, with their bodies.
    static func check(_ bytes: [UInt8]) throws(Violation) {
        for limits in [HeadLimits(), narrow] {
            let verifier = DecoderVerifier { RequestStream(limits: limits) }
            if let disagreement = verifier.disagreement(on: bytes, seed: fingerprint(bytes)) {
                throw Violation(disagreement)
            }
        }
        var head = RequestHead()
        let once = head.forward(bytes)
        guard once.result == .complete else {
            return
        }
        let meaning = Meaning(head, bytes)
        try check(once, sentAs: bytes, meaning)

        // The same parser again: what an earlier message left in it must not matter.
        let twice = head.forward(once.bytes)
        try demand(twice.result == .complete, "what is forwarded is refused: \(twice.result)")
        try demand(twice.count == once.bytes.count, "a second reader ends elsewhere")
        let again = Meaning(head, once.bytes)
        try demand(again.isSame(as: meaning), "\(meaning) is forwarded as \(again)")
        // A request without a host is given one, of which the next proxy tells its instance.
        let isFixed = meaning.host == nil || twice.bytes == once.bytes
        try demand(isFixed, "forwarding changes \(visible(once.bytes)) to \(visible(twice.bytes))")
        let thrice = head.forward(twice.bytes)
        try demand(thrice.bytes == twice.bytes, "forwarding changes what it wrote twice")
    }

    /// What a request asks for, as far as that decides what becomes of it.
    struct Meaning {
        let method: [UInt8]
        let host: [UInt8]?
        let contentLength: Int64
        let isChunked: Bool
        let isHTTP10: Bool
        let isAbsolute: Bool
        let flags: [Bool]

        init(_ head: borrowing RequestHead, _ bytes: [UInt8]) {
            method = Array(bytes[head.start..<head.methodEnd])
            host = head.host.map { Array(bytes[$0]) }
            contentLength = head.fields.contentLength
            isChunked = head.fields.isChunked
            isHTTP10 = head.isHTTP10
            isAbsolute = !head.authority.isEmpty
            flags = [head.isHead, head.isIdempotent, head.expectsContinue, head.isUpgrade]
        }

        /// Whether a request that was forwarded asks for the same as this one, its sender's.
        func isSame(as sent: Meaning) -> Bool {
            method == sent.method && host == sent.host ?? Array("default".utf8)
                && contentLength == sent.contentLength && isChunked == sent.isChunked
                && flags == sent.flags && !isHTTP10 && !isAbsolute
        }
    }

    /// Checks what an instance gets against what the client sent, by a reader of its own.
    private static func check(
        _ head: ForwardedHead,
        sentAs bytes: [UInt8],
        _ meaning: Meaning
    ) throws(Violation) {
        guard let sent = StrictHead.sent(bytes), sent.count == head.count else {
            throw Violation("the head ends at \(head.count), which no blank line says")
        }
        let strict = try StrictHead(head.bytes)
        try checkStartLine(strict.startLine)
        try strict.demandOneFraming()
        try checkEdge(strict)
        let dropped = StrictHead.hopKeys(sent.fields)
        for field in strict.fields where dropped.contains(field.key) {
            try demand(isOfUpgrade(field), "the field \(field.key) of one hop is forwarded")
        }
        // Everything else arrives as it was sent, in the same order, and nothing comes to it.
        let expected = sent.fields.filter { field in
            !dropped.contains(field.key) && !isOfEdge(field.key) && !field.key.contains("_")
                && !(meaning.isHTTP10 && field.key == "expect")
        }
        let found = strict.fields.filter { !isOfEdge($0.key) && !isOfUpgrade($0) }
        try demand(found == expected, "the fields are \(found), sent were \(expected)")
    }

    /// `method SP target SP HTTP/1.1`, with a target in origin or asterisk form.
    private static func checkStartLine(_ parts: [[UInt8]]) throws(Violation) {
        try demand(parts.count == 3 && parts[2] == Array("HTTP/1.1".utf8), "the line \(parts)")
        let method = String(decoding: parts[0], as: UTF8.self)
        try demand(!method.isEmpty && parts[0].allSatisfy(StrictHead.isToken), "method \(method)")
        try demand(method != "CONNECT" && method != "TRACE", "the method \(method) is forwarded")
        let target = parts[1]
        let isAsterisk = target == [0x2a] && method == "OPTIONS"
        try demand(target.first == 0x2f || isAsterisk, "the target \(visible(target))")
        let isVisible = target.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x23 }
        try demand(isVisible, "the target \(visible(target))")
    }

    /// One host, and the edge's own word about the client and nobody else's.
    private static func checkEdge(_ head: StrictHead) throws(Violation) {
        let hosts = head.values("host")
        let legal = Set(
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~!$&'()*+,;=%[]:".utf8
        )
        let isLegal = hosts.count == 1 && hosts[0].utf8.allSatisfy(legal.contains) && hosts[0] != ""
        try demand(isLegal, "the hosts \(hosts)")
        try demand(head.values("x-forwarded-for") == ["192.0.2.7"], "the client is another")
        try demand(head.values("x-forwarded-proto") == ["http"], "the protocol is another")
        let told = head.values("x-forwarded-host")
        try demand(told.isEmpty || told == hosts, "the instance is told of host \(told)")
        try demand(head.values("expect").count <= 1, "many expectations")
        let upgrades = [head.values("connection"), head.values("upgrade").map { $0.lowercased() }]
        let isUpgrade = upgrades == [["Upgrade"], ["websocket"]]
        try demand(isUpgrade || upgrades == [[], []], "the upgrade \(upgrades)")
    }

    private static func isOfEdge(_ key: String) -> Bool {
        key == "host" || key == "forwarded" || key == "x-real-ip" || key.hasPrefix("x-forwarded-")
    }

    private static func isOfUpgrade(_ field: StrictHead.Field) -> Bool {
        field.key == "connection" || field.key == "upgrade"
    }
}
