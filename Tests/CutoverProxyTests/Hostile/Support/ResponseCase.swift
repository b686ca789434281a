import Testing

/// A response, what is to become of it, and the section that says why.
struct ResponseCase: Sendable {
    /// What is to become of it.
    enum Expectation: Sendable {
        /// The client gets 502 and the end.
        case refused
        /// The client gets it, with this status and this body, and nothing behind it.
        case passed(Int, String)
        /// What the client gets cannot look whole, since it ends too early.
        case cut
        /// The same, since its body is malformed; a proxy may have repaired it.
        case broken
    }

    let name: String
    /// Of an RFC: `9112 6.3`.
    let section: String
    /// What the instance sends, one piece after the other.
    var pieces: [[UInt8]]
    var expectation: Expectation

    var request = get()
    /// What the client sends when it has its response.
    var rest = ""
    /// The instance answers as soon as the request's head is there.
    var isHasty = false
    /// What the instance does behind it.
    var end = RawBench.End.stay
    /// What it sends when the client has its response.
    var late: [UInt8] = []
    /// Lines that the client gets, in the form `name: value`.
    var arrives: [String] = []
    /// Interim responses that it gets.
    var interims = 0

    /// A response that is none.
    static func refused(_ name: String, _ section: String, _ text: String) -> ResponseCase {
        ResponseCase(name: name, section: section, pieces: [raw(text)], expectation: .refused)
    }

    /// A response that the instance's end breaks off.
    static func cut(_ name: String, _ section: String, _ text: String) -> ResponseCase {
        ResponseCase(
            name: name,
            section: section,
            pieces: [raw(text)],
            expectation: .cut,
            end: .close
        )
    }

    /// A response whose body breaks the grammar, when its head may be out already.
    static func broken(_ name: String, _ section: String, _ text: String) -> ResponseCase {
        cut(name, section, text).with { $0.expectation = .broken }
    }

    /// A legal response.
    static func passed(
        _ name: String,
        _ section: String,
        _ text: String,
        _ status: Int = 200,
        content: String = "",
        arrives: [String] = []
    ) -> ResponseCase {
        ResponseCase(
            name: name,
            section: section,
            pieces: [raw(text)],
            expectation: .passed(status, content),
            arrives: arrives
        )
    }

    /// The same response with a change.
    func with(_ change: (inout ResponseCase) -> Void) -> ResponseCase {
        var changed = self
        change(&changed)
        return changed
    }
}

/// Cases of one kind, run over one proxy.
struct ResponseFamily: Sendable, CustomTestStringConvertible {
    let name: String
    let cases: [ResponseCase]
    /// Whether other proxies can be held to it; limits are everybody's own.
    var isComparable = true

    var testDescription: String { "\(name), \(cases.count) cases" }
}

/// A response with these header lines, each with its end.
func ok(_ lines: String = "", _ body: String = "") -> String {
    "HTTP/1.1 200 OK\r\n" + lines + "\r\n" + body
}

/// The cases of several lists.
func all(_ lists: [ResponseCase]...) -> [ResponseCase] {
    lists.flatMap { $0 }
}
