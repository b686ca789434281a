/// Builds a binary form; see `ByteCodable` for the shapes.
package struct ByteWriter {
    /// What was written.
    package private(set) var bytes: [UInt8] = []

    /// Starts with nothing written.
    package init() {}

    /// Writes one byte, as for the tag of an enum.
    package mutating func write(byte: UInt8) {
        bytes.append(byte)
    }

    /// Writes a LEB128 varint: seven bits a byte, least significant first.
    package mutating func write(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Writes 0 or 1.
    package mutating func write(_ value: Bool) {
        bytes.append(value ? 1 : 0)
    }

    /// Writes the length in bytes, then UTF-8.
    package mutating func write(_ text: String) {
        write(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// Writes the count, then each element.
    package mutating func write(_ values: [some ByteCodable]) {
        write(UInt64(values.count))
        for value in values {
            value.encode(into: &self)
        }
    }

    /// Writes the count, then each text.
    package mutating func write(_ texts: [String]) {
        write(UInt64(texts.count))
        for text in texts {
            write(text)
        }
    }

    /// Writes whether there is a value, then the value.
    package mutating func write(_ value: (some ByteCodable)?) {
        write(value != nil)
        value?.encode(into: &self)
    }

    /// Writes whether there is a text, then the text.
    package mutating func write(_ text: String?) {
        write(text != nil)
        if let text {
            write(text)
        }
    }

    /// Writes whether there is a value, then the value.
    package mutating func write(_ value: UInt64?) {
        write(value != nil)
        if let value {
            write(value)
        }
    }
}
