@testable import CutoverProxy

/// What a decoder found in a stream, in the order in which it stood there.
enum StreamEvent: Equatable {
    /// A head, as it is forwarded.
    case head([UInt8])
    /// Bytes of a body, as they are forwarded.
    case content([UInt8])
    /// The end of a message.
    case end
    /// A whole message, of a stream that consists of nothing else.
    case message([UInt8])
    /// The stream breaks a rule here, and nothing behind it is looked at.
    case refused(Refusal)
    case invalid
}

extension [StreamEvent] {
    /// Adds bytes to the body at hand.
    mutating func append(content bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty else {
            return
        }
        if case .content(let before) = last {
            self[count - 1] = .content(before + bytes)
        } else {
            append(.content([UInt8](bytes)))
        }
    }

    /// Notes that a body breaks a rule; how much of it was forwarded before depends on the pieces,
    /// and rightly so.
    mutating func appendInvalidBody() {
        if case .content = last {
            removeLast()
        }
        append(.invalid)
    }
}
