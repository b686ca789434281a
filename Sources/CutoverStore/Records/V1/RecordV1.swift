import CutoverCore

/// Version 1 of everything that is stored as JSON.
///
/// Never edited once released: a change of the machine that these types cannot express is a
/// `RecordV2`, with its own golden file, beside this one.
///
/// Each type has `init(_:)` from the machine's value and `value` back to it. Small vocabulary
/// values that are `Codable` by themselves (identifiers, instances, traffic, verdicts, reasons) are
/// stored as they are; the golden file fails when one of them changes its form.
enum RecordV1 {
    static let version = 1
}

extension RecordV1 {
    /// A duration in whole milliseconds.
    struct Milliseconds: Codable {
        var value: Duration

        init(_ value: Duration) {
            self.value = value
        }

        init(from decoder: any Decoder) throws {
            value = .milliseconds(try decoder.singleValueContainer().decode(Int64.self))
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(value.wholeMilliseconds)
        }
    }

    /// Milliseconds since 1970.
    struct Instant: Codable {
        var value: Timestamp

        init(_ value: Timestamp) {
            self.value = value
        }

        init(from decoder: any Decoder) throws {
            value = Timestamp(milliseconds: try decoder.singleValueContainer().decode(Int64.self))
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(value.milliseconds)
        }
    }
}
