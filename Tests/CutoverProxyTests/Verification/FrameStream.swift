import CutoverWire

/// The frames of the control socket.
struct FrameStream: StreamDecoder {
    private var decoder = FrameDecoder()
    private var isOver = false
    private(set) var outcome: [StreamEvent] = []

    mutating func take(_ piece: ArraySlice<UInt8>) {
        guard !isOver else {
            return
        }
        decoder.append(piece)
        do throws(WireError) {
            while let message = try decoder.next() {
                outcome.append(.message(message))
            }
        } catch {
            isOver = true
            outcome.append(.invalid)
        }
    }
}
