import Testing

/// A request, what the policy wants to become of it, and the section that says why.
struct RequestCase: Sendable {
    /// What is to become of it.
    enum Expectation: Sendable {
        /// The proxy answers with one of these, closes, and no instance gets it whole.
        case refused(Set<Int>)
        /// An instance gets it, in a legal form, and its client the answer.
        case forwarded
        /// One of the two.
        case either
        /// Its client ends it too early: no instance may take it for whole.
        case unfinished
    }

    let name: String
    /// Of an RFC: `9112 6.3`.
    let section: String
    /// Sent one after the other.
    var pieces: [[UInt8]]
    var expectation: Expectation

    /// Legal requests among the bytes, ahead of the one in question.
    var ahead = 0
    /// The proxy closes the connection behind the answer.
    var closes = false
    /// Another request stands behind it, which a refusal has to swallow.
    var hasBehind = true
    /// What the instance finds in the body.
    var content: [UInt8]?
    /// Lines that the instance gets, in the form `name: value`.
    var arrives: [String] = []
    /// Names that it does not get.
    var drops: [String] = []

    /// A request that the proxy answers with one of these statuses.
    static func refused(
        _ name: String,
        _ section: String,
        _ text: String,
        _ statuses: Set<Int> = [400]
    ) -> RequestCase {
        RequestCase(
            name: name,
            section: section,
            pieces: [raw(text)],
            expectation: .refused(statuses)
        )
    }

    /// A legal request, perhaps with a body and with lines that an instance has to see.
    static func forwarded(
        _ name: String,
        _ section: String,
        _ text: String,
        content: String? = nil,
        arrives: [String] = []
    ) -> RequestCase {
        RequestCase(
            name: name,
            section: section,
            pieces: [raw(text)],
            expectation: .forwarded,
            content: content.map(raw),
            arrives: arrives
        )
    }

    /// The same request with another expectation.
    func expecting(_ expectation: Expectation) -> RequestCase {
        with { $0.expectation = expectation }
    }

    /// The same request with a change.
    func with(_ change: (inout RequestCase) -> Void) -> RequestCase {
        var changed = self
        change(&changed)
        return changed
    }
}

/// Cases of one kind, run over one proxy.
struct RequestFamily: Sendable, CustomTestStringConvertible {
    let name: String
    let cases: [RequestCase]
    /// Whether other proxies can be held to it; limits are everybody's own.
    var isComparable = true

    var testDescription: String { "\(name), \(cases.count) cases" }
}

/// The cases of several lists.
func all(_ lists: [RequestCase]...) -> [RequestCase] {
    lists.flatMap { $0 }
}

/// A small request with these header lines, each with its end.
func get(_ lines: String = "", method: String = "GET", body: String = "") -> String {
    "\(method) /case HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n" + body
}

/// The same with a chunked body.
func chunked(_ body: String) -> String {
    get("Transfer-Encoding: chunked\r\n", method: "POST", body: body)
}

/// What a client of WebSocket asks with.
let webSocket =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
