/// A property that does not hold, in words for whoever has to find out why.
struct Violation: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Throws unless a property holds.
func demand(
    _ holds: Bool,
    _ complaint: @autoclosure () -> String
) throws(Violation) {
    if !holds {
        throw Violation(complaint())
    }
}

/// Bytes as text with every byte seen as it is.
func visible(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
        switch byte {
        case 0x0a: "\\n"
        case 0x0d: "\\r"
        case 0x20..<0x7f: String(Unicode.Scalar(byte))
        default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
    .joined()
}

/// A number that depends on all bytes (FNV-1a), for what must be random and come again.
func fingerprint(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
