import CutoverWire

/// Where a client connects from: the peer of its socket, or whom a PROXY header names.
enum ClientAddress: Hashable {
    /// In host byte order.
    case ipv4(UInt32)
    /// The first and the last eight bytes, the first byte on top.
    case ipv6(UInt64, UInt64)

    /// The address of 16 bytes; one that only stands for an IPv4 address (`::ffff:192.0.2.1`) is
    /// that.
    init(high: UInt64, low: UInt64) {
        let isMapped = high == 0 && low &>> 32 == 0xffff
        self = isMapped ? .ipv4(UInt32(truncatingIfNeeded: low)) : .ipv6(high, low)
    }

    /// Whether it lies in one of these ranges, which are of IPv4.
    func isWithin(_ ranges: [AddressRange]) -> Bool {
        switch self {
        case .ipv4(let address): ranges.contains { $0.contains(address) }
        case .ipv6: false
        }
    }
}

// MARK: - Text

extension ClientAddress {
    /// Parses `192.0.2.1`: four decimal numbers without leading zeros.
    init?(ipv4 bytes: Span<UInt8>, _ range: Range<Int>) {
        var address: UInt32 = 0
        var index = range.lowerBound
        for octet in 0..<4 {
            if octet > 0 {
                guard index < range.upperBound, bytes[index] == 0x2e else { return nil }
                index += 1
            }
            let end = endOfDigits(bytes, index..<range.upperBound)
            guard let value = decimal(bytes, index..<end, upTo: 255) else {
                return nil
            }
            address = address << 8 | UInt32(value)
            index = end
        }
        guard index == range.upperBound else {
            return nil
        }
        self = .ipv4(address)
    }

    /// Parses every text form of RFC 4291 2.2 without a zone: groups, `::`, an IPv4 tail.
    init?(ipv6 bytes: Span<UInt8>, _ range: Range<Int>) {
        var groups = InlineArray<8, UInt16>(repeating: 0)
        var count = 0
        // The number of groups before `::`.
        var gap = -1
        var index = range.lowerBound
        if range.count >= 2, bytes[index] == 0x3a {
            guard bytes[index + 1] == 0x3a else { return nil }
            gap = 0
            index += 2
        }
        while index < range.upperBound {
            guard count < 8, bytes[index] != 0x3a else { return nil }
            let end = endOfGroup(bytes, index..<range.upperBound)
            if end < range.upperBound, bytes[end] == 0x2e {
                guard count <= 6,
                    case .ipv4(let tail)? = Self(ipv4: bytes, index..<range.upperBound)
                else { return nil }
                groups[count] = UInt16(truncatingIfNeeded: tail >> 16)
                groups[count + 1] = UInt16(truncatingIfNeeded: tail)
                count += 2
                break
            }
            guard (1...4).contains(end - index) else { return nil }
            groups[count] = (index..<end).reduce(0) { $0 << 4 | UInt16(bytes[$1].hexDigit) }
            count += 1
            index = end
            guard index < range.upperBound else { break }
            guard bytes[index] == 0x3a, index + 1 < range.upperBound else { return nil }
            index += 1
            if bytes[index] == 0x3a {
                guard gap < 0 else { return nil }
                gap = count
                index += 1
            }
        }
        // `::` stands for one group of zeros at least.
        guard gap < 0 ? count == 8 : count < 8 else {
            return nil
        }
        self.init(groups, count: count, gap: gap < 0 ? 8 : gap)
    }

    /// Puts groups in their places, those from `gap` on at the end.
    private init(_ groups: InlineArray<8, UInt16>, count: Int, gap: Int) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        for index in 0..<count {
            let place = index < gap ? index : 8 - count + index
            let value = UInt64(groups[index]) << (48 - 16 * UInt64(place & 3))
            if place < 4 { high |= value } else { low |= value }
        }
        self.init(high: high, low: low)
    }
}

/// Behind the digits at the front of `range`.
private func endOfDigits(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    range.first { !bytes[$0].isDigit } ?? range.upperBound
}

/// Behind the hexadecimal digits at the front of `range`.
private func endOfGroup(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    range.first { bytes[$0].hexDigit == 255 } ?? range.upperBound
}

/// A decimal number without sign or leading zeros, at most five digits.
func decimal(_ bytes: Span<UInt8>, _ range: Range<Int>, upTo maximum: Int) -> Int? {
    guard (1...5).contains(range.count), range.count == 1 || bytes[range.lowerBound] != 0x30,
        range.allSatisfy({ bytes[$0].isDigit })
    else {
        return nil
    }
    let value = range.reduce(0) { $0 * 10 + Int(bytes[$1] &- 0x30) }
    return value <= maximum ? value : nil
}

extension ClientAddress: CustomStringConvertible {
    /// The text that heads have, too.
    var description: String { HeadWriter.text(bytesMaximum: 39) { $0.append(self) } }
}

extension HeadWriter {
    /// Appends an address as text: RFC 5952 for IPv6, without brackets.
    @inline(__always)
    mutating func append(_ address: ClientAddress) {
        switch address {
        case .ipv4(let address): append(address: address)
        case .ipv6(let high, let low): append(high: high, low: low)
        }
    }

    @inline(never)
    private mutating func append(high: UInt64, low: UInt64) {
        func group(_ index: Int) -> Int {
            Int((index < 4 ? high : low) >> (48 - 16 * UInt64(index & 3)) & 0xffff)
        }
        // The longest run of two zero groups or more, of equal ones the first.
        var gap = 0..<0
        var run = 0..<0
        for index in 0..<8 {
            run = group(index) == 0 ? run.lowerBound..<(index + 1) : (index + 1)..<(index + 1)
            if run.count > max(gap.count, 1) { gap = run }
        }
        var index = 0
        while index < 8 {
            if index == gap.lowerBound, !gap.isEmpty {
                append("::")
                index = gap.upperBound
                continue
            }
            if index > 0, index != gap.upperBound || gap.isEmpty { append(":") }
            append(hexadecimal: group(index))
            index += 1
        }
    }

    /// Appends a number below 65,536 in lower case without leading zeros.
    private mutating func append(hexadecimal number: Int) {
        var shift = number > 0xfff ? 12 : number > 0xff ? 8 : number > 0xf ? 4 : 0
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: number >> shift & 15)
            append(byte: digit < 10 ? 0x30 + digit : 0x57 + digit)
            shift -= 4
        }
    }
}
