@testable import CutoverProxy

/// What must hold of every response, whatever its bytes are.
enum ResponseProperties {
    /// Checks the responses that stand in `bytes`, with their bodies.
    static func check(_ bytes: [UInt8]) throws(Violation) {
        // The second limit is one that short streams meet.
        for (isToHead, headBytes) in [(false, 32_768), (true, 32_768), (false, 96)] {
            let verifier = DecoderVerifier {
                ResponseStream(isToHead: isToHead, headBytes: headBytes)
            }
            if let disagreement = verifier.disagreement(on: bytes, seed: fingerprint(bytes)) {
                throw Violation(disagreement)
            }
        }
        for isUnwrapped in [false, true] {
            var head = ResponseHead()
            let once = head.forward(bytes, isUnwrapped: isUnwrapped)
            guard once.result == .complete else {
                continue
            }
            let (status, isChunked) = (head.status, head.fields.isChunked)
            try check(once, sentAs: bytes, status: status, isUnwrapped: isUnwrapped)
            let twice = head.forward(once.bytes, isUnwrapped: isUnwrapped)
            try demand(twice.result == .complete, "what is forwarded is refused")
            try demand(twice.bytes == once.bytes, "forwarding changes what it wrote")
            try demand(head.status == status, "status \(status) is forwarded as \(head.status)")
            let hasBody = status >= 200 && status != 204
            let isKept = !hasBody || isUnwrapped || head.fields.isChunked == isChunked
            try demand(isKept, "the framing is lost")
        }
    }

    private static func check(
        _ head: ForwardedHead,
        sentAs bytes: [UInt8],
        status: Int,
        isUnwrapped: Bool
    ) throws(Violation) {
        guard let sent = StrictHead.sent(bytes), sent.count == head.count else {
            throw Violation("the head ends at \(head.count), which no blank line says")
        }
        let strict = try StrictHead(head.bytes)
        let line = strict.startLine
        let isStatus = line.count >= 3 && line[0] == Array("HTTP/1.1".utf8) && line[1].count == 3
        try demand(isStatus && (100...599).contains(status), "the line \(line)")
        try demand(String(status).utf8.elementsEqual(line[1]), "\(line[1]) is not \(status)")
        try strict.demandOneFraming()
        // RFC 9110 8.6 and RFC 9112 6.1: these have no body, so nothing may frame one.
        let isBodiless = status < 200 || status == 204
        let dropped = StrictHead.hopKeys(sent.fields)
        let expected = sent.fields.filter { field in
            let isCoding = field.key == "transfer-encoding"
            let isFraming = isCoding || field.key == "content-length"
            return !dropped.contains(field.key) && !(isBodiless && isFraming)
                && !(isUnwrapped && isCoding)
        }
        try demand(
            strict.fields == expected,
            "the fields are \(strict.fields), sent were \(expected)"
        )
    }
}
