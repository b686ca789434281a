/// Reads bytes as UTF-8 and reports every byte that is not part of a well-formed sequence.
struct UTF8Decoder<Bytes: Sequence<UInt8>> {
    enum Unit: Equatable {
        case scalar(Unicode.Scalar)
        case invalid(UInt8)
    }

    private var bytes: Bytes.Iterator

    /// Bytes that were read and belong to no sequence so far.
    private var pending: [UInt8] = []

    init(_ bytes: Bytes) {
        self.bytes = bytes.makeIterator()
    }

    /// The next scalar or stray byte, or nil at the end.
    mutating func next() -> Unit? {
        guard let lead = byte(at: 0) else { return nil }
        let length = Self.length(lead: lead)
        guard length > 1 else {
            pending.removeFirst()
            return length == 1 ? .scalar(Unicode.Scalar(lead)) : .invalid(lead)
        }
        var value = UInt32(lead) & (0x7F >> UInt32(length))
        for offset in 1..<length {
            guard let byte = byte(at: offset), byte & 0xC0 == 0x80 else {
                return .invalid(pending.removeFirst())
            }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        guard value >= Self.smallest(length: length), let scalar = Unicode.Scalar(value) else {
            return .invalid(pending.removeFirst())
        }
        pending.removeFirst(length)
        return .scalar(scalar)
    }

    private mutating func byte(at offset: Int) -> UInt8? {
        while pending.count <= offset {
            guard let byte = bytes.next() else { return nil }
            pending.append(byte)
        }
        return pending[offset]
    }

    /// How long a sequence with this first byte is; 0 for a byte that begins none.
    private static func length(lead: UInt8) -> Int {
        switch lead {
        case 0..<0x80: 1
        case 0xC2..<0xE0: 2
        case 0xE0..<0xF0: 3
        case 0xF0..<0xF5: 4
        default: 0
        }
    }

    /// The smallest value that needs so many bytes; below it the form is overlong.
    private static func smallest(length: Int) -> UInt32 {
        switch length {
        case 3: 0x800
        case 4: 0x1_0000
        default: 0x80
        }
    }
}
