import CutoverWire

/// What must hold of every stream of frames, whatever its bytes are.
enum FrameProperties {
    /// Checks the frames that stand in `bytes`.
    static func check(_ bytes: [UInt8]) throws(Violation) {
        let verifier = DecoderVerifier { FrameStream() }
        if let disagreement = verifier.disagreement(on: bytes, seed: fingerprint(bytes)) {
            throw Violation(disagreement)
        }
        var stream = FrameStream()
        stream.take(bytes[...])
        let messages = stream.outcome.compactMap { event in
            if case .message(let message) = event { message } else { nil }
        }
        let wrapped = messages.flatMap { Frame.wrap($0) ?? [] }
        try demand(bytes.starts(with: wrapped), "the messages are not those that were sent")
    }
}
