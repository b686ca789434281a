@testable import CutoverProxy

/// What must hold of every chunked body, whatever its bytes are.
enum ChunkProperties {
    /// Checks the body at the front of `bytes`, and what stands behind it.
    static func check(_ bytes: [UInt8]) throws(Violation) {
        let strict = StrictChunks(bytes)
        for isUnwrapped in [false, true] {
            let framing = BodyFraming(.chunked, isUnwrapped: isUnwrapped)
            let verifier = DecoderVerifier { BodyStream(framing) }
            if let disagreement = verifier.disagreement(on: bytes, seed: fingerprint(bytes)) {
                throw Violation(disagreement)
            }
            let found = run(framing, bytes)
            try demand(found.isDone == (strict != nil), "\(found) is not \(strict as Any)")
            guard let strict, found.isDone else {
                continue
            }
            try demand(found.count == strict.count, "the body ends at \(found.count)")
            try demand(found.total == UInt64(strict.content.count), "\(found.total) bytes")
            let expected = isUnwrapped ? strict.content : strict.forwarded
            try demand(found.forwarded == expected, "forwarded is \(visible(found.forwarded))")
        }
        guard let strict else {
            return
        }
        let again = StrictChunks(strict.forwarded)
        try demand(again?.content == strict.content, "a second reader finds other content")
        let twice = run(BodyFraming(.chunked), strict.forwarded)
        try demand(twice.forwarded == strict.forwarded, "forwarding changes what it wrote")
    }

    private struct Found {
        var forwarded: [UInt8]
        var count: Int
        var total: UInt64
        var isDone: Bool
    }

    private static func run(_ framing: BodyFraming, _ bytes: [UInt8]) -> Found {
        var framing = framing
        var room = bytes
        var span = room.mutableSpan
        let step = framing.advance(&span)
        // Bytes behind the body belong to somebody else.
        let isKept = room[step.consumed...] == bytes[step.consumed...]
        let isDone = framing.isDone && !step.isInvalid && isKept && step.produced <= step.consumed
        return Found(
            forwarded: Array(room.prefix(step.produced)),
            count: step.consumed,
            total: framing.total,
            isDone: isDone
        )
    }
}
