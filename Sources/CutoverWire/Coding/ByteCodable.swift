/// A value with one binary form, the same on the control socket and in the durable table.
///
/// Integers are LEB128 varints, text is UTF-8 behind its length, lists stand behind their count.
/// There is no schema in the bytes: both ends agree through `wireVersion`, and a proxy and the one
/// before it through `tableVersion`.
package protocol ByteCodable {
    /// Appends the binary form.
    func encode(into writer: inout ByteWriter)

    /// Reads what `encode` wrote; throws for anything else, and never traps.
    init(from reader: inout ByteReader) throws(WireError)
}

/// The version of every binary form on the control socket; it grows when any of them changes.
package let wireVersion: UInt64 = 10

/// The version of a table's binary form, in the durable file: a proxy serves what an older one left
/// as long as only other forms have changed.
package let tableVersion: UInt64 = 4

extension ByteCodable {
    /// The whole binary form.
    package var encoded: [UInt8] {
        var writer = ByteWriter()
        encode(into: &writer)
        return writer.bytes
    }

    /// Reads a value that must fill `bytes` exactly.
    package init(decoding bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes)
        try self.init(from: &reader)
        try reader.finish()
    }
}
