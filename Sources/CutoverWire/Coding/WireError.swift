/// Why bytes from a socket or a file are not the value that was expected.
package struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kinds of fault a reader can meet.
    package enum Fault: Hashable, Sendable {
        /// The bytes end inside the value.
        case truncated
        /// A length or count exceeds what the format allows.
        case oversized
        /// The bytes are complete and mean nothing.
        case malformed
        /// Bytes are left over behind a complete value.
        case trailing
    }

    /// What is wrong.
    package let fault: Fault

    /// The value that was being read, in the words of the format.
    package let place: String

    /// Where it was noticed, in bytes from the start of the message.
    package let offset: Int

    /// Records one fault.
    package init(_ fault: Fault, in place: String, at offset: Int) {
        self.fault = fault
        self.place = place
        self.offset = offset
    }

    package var description: String {
        let words =
            switch fault {
            case .truncated: "ends too early"
            case .oversized: "is larger than the format allows"
            case .malformed: "is not valid"
            case .trailing: "is followed by bytes that belong to nothing"
            }
        return "\(place) \(words) (byte \(offset))"
    }
}
