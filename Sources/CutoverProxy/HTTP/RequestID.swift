/// The request IDs of one loop: 64 random bits of the loop and a counter, in hexadecimal digits.
///
/// It is kept as the header line that is written for each request, and counts in place: that costs
/// a request a few instructions.
struct RequestID: ~Copyable {
    /// The most bytes of an ID that is taken from a trusted peer.
    static let bytesMaximum = 128

    private static let name: StaticString = "X-Request-Id: "

    /// `X-Request-Id: `, 16 digits of the loop, 16 of the counter, CRLF.
    private(set) var line = InlineArray<48, UInt8>(repeating: 0x30)

    /// Where the ID stands in `line`.
    static let place = 14..<46

    /// Starts at zero, behind 64 bits that no other loop has.
    init() {
        // On Linux the kernel's own generator.
        self.init(seed: .random(in: .min ... .max))
    }

    init(seed: UInt64) {
        for index in 0..<14 {
            line[index] = Self.name.utf8Start[index]
        }
        for index in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: seed >> (60 - 4 * UInt64(index)) & 15)
            line[14 + index] = digit < 10 ? 0x30 + digit : 0x57 + digit
        }
        line[46] = 0x0d
        line[47] = 0x0a
    }

    /// Counts on to the next ID.
    @inline(__always)
    mutating func advance() {
        var index = 45
        while true {
            let digit = line[index]
            if digit == 0x66 {
                line[index] = 0x30
                index &-= 1
                // Behind 2 to the 64 requests the digits of the loop go on.
                if index < 14 { return }
                continue
            }
            line[index] = digit == 0x39 ? 0x61 : digit &+ 1
            return
        }
    }
}

extension UInt8 {
    /// A byte of an ID that is taken from a trusted peer: one that means nothing in a header, in
    /// JSON, or in a shell.
    fileprivate var isRequestIDByte: Bool {
        isDigit || (self | 0x20) &- 0x61 < 26
            || [0x2d, 0x2e, 0x5f, 0x7e, 0x2b, 0x2f, 0x3d, 0x3a, 0x40].contains(self)
    }
}

extension RequestHead {
    /// The ID that is forwarded as it came, or `nil`.
    var requestID: Range<Int>? {
        guard fields.hasRequestID else {
            return nil
        }
        let line = (0..<fields.count).first {
            fields[$0].name == .requestID && !fields[$0].isDropped
        }
        return line.map { fields[$0].valueRange }
    }

    /// Leaves out what the request says about its own ID.
    ///
    /// From a trusted peer its only line is kept, when that is an ID; then returns its value.
    @inline(never)
    mutating func replaceRequestID(_ bytes: Span<UInt8>, isTrusted: Bool) -> Range<Int>? {
        var kept: Int?
        var count = 0
        for index in 0..<fields.count where fields[index].name == .requestID {
            let value = fields[index].valueRange
            let isDropped = fields[index].isDropped
            count += 1
            if isTrusted, !isDropped, (1...RequestID.bytesMaximum).contains(value.count),
                value.allSatisfy({ bytes[$0].isRequestIDByte })
            {
                kept = index
            }
        }
        guard count == 1, let kept else {
            for index in 0..<fields.count where fields[index].name == .requestID {
                fields.drop(index)
            }
            return nil
        }
        return fields[kept].valueRange
    }
}
