import Testing

@testable import CutoverProxy

/// Random damage to messages: whatever arrives, parsing ends with an answer, and what it accepts
/// has exactly one reading.
///
/// The properties are those that the fuzz target looks for with more time; see `.ci/fuzz`.
@Suite struct MutationTests {
    private func damaged(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 0...6, using: &random))
            let piece = Seeds.pieces.randomElement(using: &random) ?? ""
            bytes.replaceSubrange(place..<end, with: Seeds.bytes(piece))
        }
        return bytes
    }

    /// Damages the seeds in turn, and expects that the property holds of each result.
    private func check(
        _ seeds: [[UInt8]],
        times: Int,
        _ property: ([UInt8]) throws -> Void
    ) {
        for seed in 0..<times {
            var random = SplitMix(seed: UInt64(seed))
            let bytes = damaged(seeds[seed % seeds.count], &random)
            #expect(throws: Never.self, "seed \(seed): \(visible(bytes))") { try property(bytes) }
        }
    }

    @Test func whatIsAcceptedOfARequestHasOneReading() {
        check(Seeds.requests.map(Seeds.bytes), times: 1_000, RequestProperties.check)
    }

    @Test func whatIsAcceptedOfAResponseHasOneReading() {
        check(Seeds.responses.map(Seeds.bytes), times: 1_000, ResponseProperties.check)
    }

    @Test func whatIsAcceptedOfAChunkedBodyHasOneReading() {
        check(Seeds.chunks.map(Seeds.bytes), times: 2_000, ChunkProperties.check)
    }

    @Test func framesReadTheSameInEverySegmentation() {
        check(Seeds.frames, times: 200, FrameProperties.check)
    }

    @Test func aProxyHeaderNamesOneClientOrNone() {
        check(Seeds.proxyHeaders, times: 4_000, ProxyHeaderProperties.check)
    }

    @Test func everyValueComesBackAsItWas() {
        check(Seeds.values, times: 4_000, WireProperties.check)
    }
}
