@testable import CutoverProxy

/// One direction of a WebSocket, whose bytes pass while its frames are followed.
struct WebSocketStream: StreamDecoder {
    struct Outcome: Equatable {
        /// Bytes up to which nothing was lost; all that passed, or where they stop to be frames.
        var followed = 0
        var isLost = false
        var isAtBoundary = true
        var hasClosed = false
    }

    let isMasked: Bool
    private var framing = WebSocketFraming()
    private(set) var outcome = Outcome()

    init(isMasked: Bool) {
        self.isMasked = isMasked
    }

    /// Follows the piece, and finds the byte at which it was lost by following it byte by byte.
    mutating func take(_ piece: ArraySlice<UInt8>) {
        let before = framing
        framing.advance(piece.span, isMasked: isMasked)
        if !framing.isLost {
            outcome.followed += piece.count
        } else if !before.isLost {
            var slow = before
            for byte in piece {
                slow.advance([byte].span, isMasked: isMasked)
                guard !slow.isLost else { break }
                outcome.followed += 1
            }
        }
        outcome.isLost = framing.isLost
        outcome.isAtBoundary = framing.isAtBoundary
        outcome.hasClosed = framing.hasClosed
    }
}
