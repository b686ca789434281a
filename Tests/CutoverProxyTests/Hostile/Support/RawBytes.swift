/// The bytes of a text in which each scalar up to U+00FF stands for one byte.
func raw(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
}

/// Bytes as text, one scalar for each.
func latin(_ bytes: some Sequence<UInt8>) -> String {
    String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
}

/// Bytes as a report shows them: on one line, with what cannot be seen escaped, and not too many.
func shown(_ bytes: some Collection<UInt8>) -> String {
    let text = bytes.prefix(160).map { byte in
        switch byte {
        case 0x0d: "\\r"
        case 0x0a: "\\n"
        case 0x20...0x7e: String(Unicode.Scalar(byte))
        default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
    return text.joined() + (bytes.count > 160 ? "... (\(bytes.count) bytes)" : "")
}

extension Character {
    /// Whether it is a `tchar` of RFC 9110 5.6.2; written out, so that it shares nothing with what
    /// it judges.
    var isTchar: Bool {
        isASCII && (isLetter || isNumber || "!#$%&'*+-.^_`|~".contains(self))
    }
}
