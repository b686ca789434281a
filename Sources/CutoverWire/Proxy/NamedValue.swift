/// A header or a cookie with the value that it must have.
package struct NamedValue: Hashable, Sendable {
    /// A token; a header's in lower case.
    package var name: String

    /// Compared byte by byte.
    package var value: String

    /// Puts a pair together.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

extension NamedValue: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(name)
        writer.write(value)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        name = try reader.text("name")
        value = try reader.text("value")
    }
}
