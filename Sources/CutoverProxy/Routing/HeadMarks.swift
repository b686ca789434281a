import CutoverWire

/// What a service reads in the head of a request to choose its instance.
struct HeadMarks: Sendable {
    /// A name, which a field has in any case of letters and a cookie exactly, and a value.
    private struct Mark: Sendable {
        let name: [UInt8]
        let value: [UInt8]

        init(_ pair: NamedValue) {
            name = Array(pair.name.utf8)
            value = Array(pair.value.utf8)
        }
    }

    private let previewHeader: Mark?
    private let previewCookie: Mark?
    private let stickyCookie: [UInt8]?

    /// Whether one of them sends a request to the preview side.
    var readsPreview: Bool { previewHeader != nil || previewCookie != nil }

    /// Whether clients are bound to instances.
    var readsInstance: Bool { stickyCookie != nil }

    /// Takes them from a service's settings.
    init(_ settings: ProxySettings) {
        previewHeader = settings.previewHeader.map { Mark($0) }
        previewCookie = settings.previewCookie.map { Mark($0) }
        stickyCookie = settings.stickyCookie.map { Array($0.utf8) }
    }

    /// Whether a head asks for the preview side.
    func asksPreview(_ fields: borrowing FieldSection, _ bytes: Span<UInt8>) -> Bool {
        for index in 0..<fields.count where !fields[index].isDropped {
            let line = fields[index]
            if let header = previewHeader, isNamed(header.name, bytes, line.nameRange),
                holds(header.value, bytes, line.valueRange)
            {
                return true
            }
            guard let cookie = previewCookie, matches(bytes, line.nameRange, "cookie") else {
                continue
            }
            var pairs = CookiePairs(line.valueRange)
            while let pair = pairs.next(bytes) {
                if holds(cookie.name, bytes, pair.name), holds(cookie.value, bytes, pair.value) {
                    return true
                }
            }
        }
        return false
    }

    /// The identifier of the instance that a head's cookie names, or `nil`.
    func instance(_ fields: borrowing FieldSection, _ bytes: Span<UInt8>) -> UInt64? {
        guard let name = stickyCookie else {
            return nil
        }
        for index in 0..<fields.count
        where !fields[index].isDropped && matches(bytes, fields[index].nameRange, "cookie") {
            var pairs = CookiePairs(fields[index].valueRange)
            while let pair = pairs.next(bytes) {
                if holds(name, bytes, pair.name),
                    let identifier = StickyCookie.identifier(bytes, pair.value)
                {
                    return identifier
                }
            }
        }
        return nil
    }

    private func isNamed(_ name: [UInt8], _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        range.count == name.count
            && name.indices.allSatisfy { bytes[range.lowerBound + $0].lowercased == name[$0] }
    }

    private func holds(_ text: [UInt8], _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        range.count == text.count
            && text.indices.allSatisfy { bytes[range.lowerBound + $0] == text[$0] }
    }
}

extension UInt8 {
    /// The small letter of a capital one of ASCII, and any other byte as it is.
    fileprivate var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
}
