import CutoverWire
import Glibc

/// Names of the table as they stand in lines, made once for each table.
enum AccessLabel {
    /// Of three names, each at its longest.
    static let bytesMaximum = 1_280

    /// The scalars of a name that are shown.
    private static let scalarsMaximum = 64

    /// Writes `"service":"NAME",`.
    static func service(_ name: String) -> [UInt8] {
        make([("service", name)])
    }

    /// Writes `"side":"NAME","release":"NAME","backend":"KEY",`.
    static func instance(side: ProxySide, key: String) -> [UInt8] {
        make([("side", side.name), ("release", side.release), ("backend", key)])
    }

    private static func make(_ names: [(StaticString, String)]) -> [UInt8] {
        guard let block = Block(zeroed: bytesMaximum) else {
            return []
        }
        defer { block.release() }
        var writer = HeadWriter(block)
        for (key, name) in names {
            writer.append("\"")
            writer.append(key)
            writer.append("\":\"")
            let shown = String(String.UnicodeScalarView(name.unicodeScalars.prefix(scalarsMaximum)))
            writer.append(escaping: Array(shown.utf8).span)
            writer.append("\",")
        }
        return Array(block.bytes(0..<writer.count))
    }
}
