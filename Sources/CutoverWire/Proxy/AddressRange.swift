/// IPv4 addresses that share their first bits, as `10.0.0.0/8`.
package struct AddressRange: Hashable, Sendable {
    /// The lowest address, in host byte order.
    package let first: UInt32

    /// The bits that all addresses share, 0 to 32.
    package let bits: UInt8

    /// Whether an address in host byte order lies in the range.
    package func contains(_ address: UInt32) -> Bool {
        bits == 0 || (address ^ first) >> (32 - UInt32(bits)) == 0
    }
}

extension AddressRange: LosslessStringConvertible {
    /// Prints `10.0.0.0/8`.
    package var description: String {
        let octets = (0..<4).map { String(first >> (24 - 8 * UInt32($0)) & 0xff) }
        return octets.joined(separator: ".") + "/\(bits)"
    }

    /// Parses an address, or an address with a number of bits behind a slash; `nil` for anything
    /// else, and when bits behind the shared ones are set.
    package init?(_ description: String) {
        let parts = description.split(separator: "/", omittingEmptySubsequences: false)
        guard let octets = SocketAddress.octets(parts[0]), parts.count <= 2,
            let bits = parts.count == 1 ? 32 : UInt8(parts[1]), bits <= 32
        else {
            return nil
        }
        let address = octets.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard bits == 32 || address << UInt32(bits) == 0 else {
            return nil
        }
        first = address
        self.bits = bits
        guard parts.count == 1 || self.description == description else {
            return nil
        }
    }
}

extension AddressRange: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(description)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        guard let range = AddressRange(try reader.text("address range")) else {
            throw reader.error(.malformed, in: "address range")
        }
        self = range
    }
}
