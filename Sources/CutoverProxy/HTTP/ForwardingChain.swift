/// The hops that a trusted peer's `X-Forwarded-For` or `Forwarded` lines name, the client first.
///
/// What the peer itself appended stands at the end, and what a client made up in front of it. So
/// the chain ends at the first element, seen from the end, that breaks the grammar: what stands
/// before it is left out, and nothing that is written again can be read in two ways.
struct ForwardingChain {
    /// Which field, and with it which grammar.
    enum Field {
        /// Addresses, also with a port; `unknown`; obfuscated names.
        case forwardedFor
        /// RFC 7239 4.
        case forwarded

        /// The field's name in lower case.
        var name: StaticString {
            switch self {
            case .forwardedFor: "x-forwarded-for"
            case .forwarded: "forwarded"
            }
        }
    }

    /// Bytes of the chain that are written again; of a longer one the hops next to the proxy.
    static let bytesMaximum = 4_096

    private let field: Field

    /// Elements that are left out.
    private var skipped = 0

    /// Those that are written, in bytes, with what stands between them.
    private var bytesKept = 0

    /// Walks over the lines of a head.
    init(_ field: Field, _ fields: borrowing FieldSection, _ bytes: Span<UInt8>) {
        self.field = field
        var walk = Walk(field)
        var count = 0
        while let element = walk.next(fields, bytes) {
            count += 1
            if element.isValid {
                bytesKept += element.range.count + 2
            } else {
                skipped = count
                bytesKept = 0
            }
        }
        guard bytesKept > Self.bytesMaximum else {
            return
        }
        walk = Walk(field)
        for index in 0..<count {
            guard let element = walk.next(fields, bytes), bytesKept > Self.bytesMaximum else {
                return
            }
            if index >= skipped {
                skipped += 1
                bytesKept -= element.range.count + 2
            }
        }
    }

    /// Writes the elements, each with a comma behind it.
    func write(
        to writer: inout HeadWriter,
        _ fields: borrowing FieldSection,
        _ bytes: Span<UInt8>
    ) {
        var walk = Walk(field)
        var index = 0
        while let element = walk.next(fields, bytes) {
            if index >= skipped {
                writer.append(bytes, element.range)
                writer.append(", ")
            }
            index += 1
        }
    }
}

extension ForwardingChain {
    private struct Element {
        var range: Range<Int>
        var isValid: Bool
    }

    /// Goes through the elements of all lines of one name, in their order.
    private struct Walk {
        private let field: Field
        private var line = 0
        private var index = 0
        private var end = 0

        init(_ field: Field) {
            self.field = field
        }

        mutating func next(_ fields: borrowing FieldSection, _ bytes: Span<UInt8>) -> Element? {
            while true {
                while index < end, bytes[index].isBlank || bytes[index] == 0x2c {
                    index += 1
                }
                if index < end {
                    return element(bytes)
                }
                guard line < fields.count else {
                    return nil
                }
                if fields[line].name == .forwarding,
                    matches(bytes, fields[line].nameRange, field.name)
                {
                    index = fields[line].valueRange.lowerBound
                    end = fields[line].valueRange.upperBound
                }
                line += 1
            }
        }

        /// Takes the element at `index`; of a broken one what stands before the next comma.
        private mutating func element(_ bytes: Span<UInt8>) -> Element {
            let start = index
            let comma = (start..<end).first { bytes[$0] == 0x2c } ?? end
            switch field {
            case .forwardedFor:
                index = comma
                let range = start..<endWithoutBlanks(bytes, start..<comma)
                return Element(range: range, isValid: isNode(bytes, range))
            case .forwarded:
                guard let stop = endOfForwardedElement(bytes, start..<end) else {
                    index = comma
                    return Element(range: start..<comma, isValid: false)
                }
                index = stop
                return Element(
                    range: start..<endWithoutBlanks(bytes, start..<stop),
                    isValid: true
                )
            }
        }
    }
}

private func endWithoutBlanks(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    var end = range.upperBound
    while end > range.lowerBound, bytes[end - 1].isBlank {
        end -= 1
    }
    return end
}

/// Whether `range` names one hop: an address, also with a port, `unknown`, or a name that begins
/// with `_` (RFC 7239 6), which hides one.
private func isNode(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard (1...128).contains(range.count) else {
        return false
    }
    switch bytes[range.lowerBound] {
    case 0x5f:
        return range.count > 1
            && range.allSatisfy { bytes[$0].isToken && bytes[$0] != 0x25 && bytes[$0] != 0x27 }
    case 0x5b:
        guard let close = range.first(where: { bytes[$0] == 0x5d }) else {
            return false
        }
        let address = (range.lowerBound + 1)..<close
        return ClientAddress(ipv6: bytes, address) != nil
            && isPort(bytes, (close + 1)..<range.upperBound)
    default:
        break
    }
    if matches(bytes, range, "unknown") {
        return true
    }
    let colons = range.filter { bytes[$0] == 0x3a }.count
    if colons > 1 {
        return ClientAddress(ipv6: bytes, range) != nil
    }
    let colon = range.first { bytes[$0] == 0x3a } ?? range.upperBound
    return ClientAddress(ipv4: bytes, range.lowerBound..<colon) != nil
        && isPort(bytes, colon..<range.upperBound)
}

/// Whether `range` is empty, or a colon and a port.
private func isPort(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    range.isEmpty
        || bytes[range.lowerBound] == 0x3a
            && decimal(bytes, (range.lowerBound + 1)..<range.upperBound, upTo: 65_535) != nil
}

/// Where the element at the front of `range` ends, which is at its end or before a comma:
/// `token "=" value *( ";" token "=" value )`; `nil` when it is no element.
private func endOfForwardedElement(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var index = range.lowerBound
    while true {
        let name = index
        index = endOfTokens(bytes, index..<range.upperBound)
        guard index > name, index < range.upperBound, bytes[index] == 0x3d,
            let end = endOfValue(bytes, (index + 1)..<range.upperBound)
        else {
            return nil
        }
        index = end
        while index < range.upperBound, bytes[index].isBlank {
            index += 1
        }
        guard index < range.upperBound, bytes[index] != 0x2c else {
            return index
        }
        // RFC 7239 4 has no blank around a semicolon; one behind a value ends the element.
        guard bytes[index] == 0x3b, index == end else {
            return nil
        }
        index += 1
    }
}

private func endOfTokens(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    range.first { !bytes[$0].isToken } ?? range.upperBound
}

/// Behind the token or the quoted string at the front of `range` (RFC 9110 5.6.4), or `nil`.
private func endOfValue(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    guard !range.isEmpty, bytes[range.lowerBound] == 0x22 else {
        let end = endOfTokens(bytes, range)
        return end > range.lowerBound ? end : nil
    }
    var index = range.lowerBound + 1
    while index < range.upperBound {
        switch bytes[index] {
        case 0x22: return index + 1
        case 0x5c: index += 2
        default: index += 1
        }
    }
    return nil
}
