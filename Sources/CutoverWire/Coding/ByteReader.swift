/// Reads a binary form; see `ByteCodable` for the shapes.
///
/// Every read is bounded by the bytes at hand: a count of a billion elements in a message of ten
/// bytes fails at its first missing element and reserves nothing for it.
package struct ByteReader {
    private let bytes: [UInt8]
    private var offset = 0

    /// Reads from the first byte on.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Throws when bytes are left over.
    package func finish() throws(WireError) {
        guard offset == bytes.count else {
            throw WireError(.trailing, in: "message", at: offset)
        }
    }

    /// A fault at the place where the reader stands, for the decoders of values.
    package func error(_ fault: WireError.Fault, in place: String) -> WireError {
        WireError(fault, in: place, at: offset)
    }

    /// Reads one byte.
    package mutating func byte(_ place: String) throws(WireError) -> UInt8 {
        guard offset < bytes.count else {
            throw error(.truncated, in: place)
        }
        defer { offset += 1 }
        return bytes[offset]
    }

    /// Reads a varint in its shortest form, so that equal values have equal bytes.
    package mutating func integer(_ place: String) throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = try byte(place)
            let bits = UInt64(next & 0x7f)
            guard shift < 64, (bits << shift) >> shift == bits else {
                throw error(.oversized, in: place)
            }
            value |= bits << shift
            if next & 0x80 == 0 {
                guard bits != 0 || shift == 0 else {
                    throw error(.malformed, in: place)
                }
                return value
            }
            shift += 7
        }
    }

    /// Reads an integer that must fit into `type`.
    package mutating func integer<Value: FixedWidthInteger>(
        _ place: String,
        as type: Value.Type
    ) throws(WireError) -> Value {
        let value = try integer(place)
        guard let narrow = Value(exactly: value) else {
            throw error(.oversized, in: place)
        }
        return narrow
    }

    /// Reads 0 or 1.
    package mutating func bool(_ place: String) throws(WireError) -> Bool {
        switch try byte(place) {
        case 0: false
        case 1: true
        default: throw error(.malformed, in: place)
        }
    }

    /// Reads UTF-8 behind its length.
    package mutating func text(_ place: String) throws(WireError) -> String {
        let length = try integer(place, as: Int.self)
        guard length <= bytes.count - offset else {
            throw error(.truncated, in: place)
        }
        guard let text = String(validating: bytes[offset..<offset + length], as: UTF8.self) else {
            throw error(.malformed, in: place)
        }
        offset += length
        return text
    }

    /// Reads a list of texts behind their count.
    package mutating func texts(_ place: String) throws(WireError) -> [String] {
        var texts: [String] = []
        for _ in 0..<(try integer(place, as: Int.self)) {
            texts.append(try text(place))
        }
        return texts
    }

    /// Reads a list behind its count.
    package mutating func list<Value: ByteCodable>(
        _ place: String,
        of type: Value.Type
    ) throws(WireError) -> [Value] {
        var values: [Value] = []
        for _ in 0..<(try integer(place, as: Int.self)) {
            values.append(try Value(from: &self))
        }
        return values
    }

    /// Reads an optional value.
    package mutating func optional<Value: ByteCodable>(
        _ place: String,
        of type: Value.Type
    ) throws(WireError) -> Value? {
        try bool(place) ? try Value(from: &self) : nil
    }

    /// Reads an optional text.
    package mutating func optionalText(_ place: String) throws(WireError) -> String? {
        try bool(place) ? try text(place) : nil
    }

    /// Reads an optional integer.
    package mutating func optionalInteger(_ place: String) throws(WireError) -> UInt64? {
        try bool(place) ? try integer(place) : nil
    }
}
