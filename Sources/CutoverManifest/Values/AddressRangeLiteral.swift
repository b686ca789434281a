/// How ranges of IPv4 addresses are written: `10.0.0.0/8`, or one address.
enum AddressRangeLiteral {
    /// Why a text is no range.
    enum Fault: Error, Hashable {
        case notARange
        /// Bits behind the shared ones are set; what to write.
        case hasHostBits(write: String)
    }

    /// Checks a text.
    static func check(_ text: String) throws(Fault) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let octets = parts[0].split(separator: ".", omittingEmptySubsequences: false)
            .map { number(String($0), upTo: 255) }
        guard (1...2).contains(parts.count), octets.count == 4, !octets.contains(nil) else {
            throw .notARange
        }
        guard parts.count == 2 else {
            return
        }
        guard let bits = number(parts[1], upTo: 32) else {
            throw .notARange
        }
        let address = octets.reduce(UInt64(0)) { $0 << 8 | UInt64($1 ?? 0) }
        let mask = (UInt64(1) << 32) - (UInt64(1) << UInt64(32 - bits))
        guard address & ~mask == 0 else {
            let shared = (0..<4).map { String((address & mask) >> UInt64(24 - 8 * $0) & 255) }
            throw .hasHostBits(write: shared.joined(separator: ".") + "/\(bits)")
        }
    }

    private static func number(_ text: String, upTo limit: Int) -> Int? {
        guard let number = WholeNumber.parse(text), number <= limit, "\(number)" == text else {
            return nil
        }
        return number
    }
}
