/// Finds messages in a stream of bytes that arrives in pieces.
protocol StreamDecoder: ~Copyable {
    /// What came of all bytes so far, in a form that says the same however they were cut.
    associatedtype Outcome: Equatable

    /// Takes the next bytes of the stream.
    mutating func take(_ piece: ArraySlice<UInt8>)

    var outcome: Outcome { get }
}

/// Feeds a decoder the same bytes all at once, message by message, byte by byte and cut at random,
/// and demands the same outcome of each.
///
/// What a network does to a stream must not change what it says: a decoder that depends on it gives
/// a sender a second reading of the same bytes.
struct DecoderVerifier<Decoder: StreamDecoder & ~Copyable> {
    /// Makes a decoder that has seen nothing.
    let makeDecoder: () -> Decoder

    /// Longer streams are not fed byte by byte: decoders that look at an unfinished head again at
    /// each piece would take time that grows with the square.
    var dripMaximum = 1_024

    /// How often a stream is cut at random.
    var randomCuts = 4

    init(_ makeDecoder: @escaping () -> Decoder) {
        self.makeDecoder = makeDecoder
    }

    /// The first way of feeding that does not come to what feeding all at once comes to, with both
    /// outcomes; `nil` when there is none.
    ///
    /// `messages` are the stream's parts between which it is cut for the feeding message by
    /// message. `seed` fixes the random cuts.
    func disagreement(on messages: [[UInt8]], seed: UInt64) -> String? {
        let bytes = Array(messages.joined())
        let whole = outcome(of: [bytes[...]])
        var random = SplitMix(seed: seed)
        var ways: [(name: String, pieces: [ArraySlice<UInt8>])] = []
        if messages.count > 1 {
            ways.append(("message by message", messages.map { $0[...] }))
        }
        if bytes.count <= dripMaximum {
            ways.append(("byte by byte", bytes.indices.map { bytes[$0...$0] }))
        }
        for _ in 0..<randomCuts {
            ways.append(("cut at random, seed \(seed)", cut(bytes, &random)))
        }
        for way in ways {
            let found = outcome(of: way.pieces)
            if found != whole {
                return "\(way.name): \(found), all at once: \(whole)"
            }
        }
        return nil
    }

    /// The same for a stream whose messages are not known.
    func disagreement(on bytes: [UInt8], seed: UInt64) -> String? {
        disagreement(on: [bytes], seed: seed)
    }

    private func outcome(of pieces: [ArraySlice<UInt8>]) -> Decoder.Outcome {
        var decoder = makeDecoder()
        for piece in pieces {
            decoder.take(piece)
        }
        return decoder.outcome
    }

    /// Pieces of up to a size that itself is random, so that some cuts are fine and some coarse.
    private func cut(_ bytes: [UInt8], _ random: inout SplitMix) -> [ArraySlice<UInt8>] {
        let size = 1 << Int.random(in: 1...10, using: &random)
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...size, using: &random))
            pieces.append(piece)
            rest = rest[piece.endIndex...]
        }
        return pieces
    }
}
