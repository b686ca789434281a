/// A message as RFC 9110 and 9112 read it, with everything about it that they do not allow.
struct StrictMessage {
    /// One field line; the name in lower case, both as Latin-1.
    struct Field {
        let name: String
        let value: String
    }

    /// The start line without its end.
    var startLine = ""
    var fields: [Field] = []
    var trailers: [Field] = []
    /// The body without its framing.
    var content: [UInt8] = []
    var faults: [StrictFault] = []

    /// Whether the blank line behind the fields was there.
    var hasHead = false
    /// Whether the body's end was there too.
    var isComplete = false
    /// Whether nobody can say where it ends.
    var isUnreadable = false
    /// Bytes from its first to its last.
    var count = 0

    /// The values of all lines of a name.
    func values(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    /// The parts of the start line between single spaces.
    var startParts: [String] {
        startLine.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
            .map(String.init)
    }

    /// Of a request.
    var target: String { startParts.count > 1 ? startParts[1] : "" }

    /// Of a response; 0 when the status line has none.
    var status: Int { startParts.count > 1 ? Int(startParts[1]) ?? 0 : 0 }
}

/// What is wrong about a message, or about what became of one.
struct StrictFault {
    let outcome: Outcome
    let text: String
}

/// What a case showed, from nothing to the worst.
enum Outcome: Int, CaseIterable, Comparable {
    case ok
    /// Refused, but not with the status and the end of the connection that the policy wants.
    case unexpected
    /// A legal message was refused.
    case refusedLegal
    /// Something was accepted that the policy refuses, and went on in a legal form.
    case lenient
    /// A field of the sender's hop, or a forged one about the client, went on.
    case leaking
    /// Something malformed went on.
    case sloppy
    /// Two readers can disagree about where a message ends: smuggling is possible.
    case dangerous

    static func < (first: Outcome, second: Outcome) -> Bool {
        first.rawValue < second.rawValue
    }
}
