/// The value of the cookie that binds a client to an instance: 64 bits of a hash of the instance's
/// key, as 16 hexadecimal digits.
///
/// It is no secret, and says nothing about where the instance is. Whoever makes one up reaches an
/// instance that takes this service's requests anyway, or none.
enum StickyCookie {
    /// What stands for an instance: FNV-1a over its key, its bits mixed so that keys which differ
    /// in one letter have nothing in common.
    static func identifier(of key: String) -> UInt64 {
        var hash = key.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        hash = (hash ^ hash &>> 33) &* 0xff51_afd7_ed55_8ccd
        hash = (hash ^ hash &>> 33) &* 0xc4ce_b9fe_1a85_ec53
        return hash ^ hash &>> 33
    }

    /// The identifier that a cookie's value holds, or `nil`.
    static func identifier(_ bytes: Span<UInt8>, _ value: Range<Int>) -> UInt64? {
        guard value.count == 16 else {
            return nil
        }
        var result: UInt64 = 0
        for index in value {
            let digit = bytes[index].hexDigit
            guard digit != 255 else {
                return nil
            }
            result = result &<< 4 | UInt64(digit)
        }
        return result
    }

    /// The field that gives it to a client.
    static func field(named name: String, _ identifier: UInt64) -> String {
        let digits = String(identifier, radix: 16)
        let zeros = String(repeating: "0", count: 16 - digits.count)
        return "Set-Cookie: \(name)=\(zeros)\(digits); Path=/; HttpOnly; SameSite=Lax\r\n"
    }
}
