import CutoverCore

/// Decodes an HTTP request and what its answer must be like.
struct ExpectationDecoder {
    /// Headers that frame a message: a request with a wrong one is answered to somebody else.
    private static let framing = [
        "connection", "content-length", "transfer-encoding", "upgrade", "te",
    ]

    var parent: Section
    var key: String
    /// The names that may stand in `${...}`.
    var variables: [String]

    /// `nil` when the key is absent.
    func decode() -> HTTPExpectation? {
        guard let entry = parent.entry(key) else { return nil }
        if let path = entry.text {
            check(path: path, parent, key, at: entry.place)
            parent.checkVariables(of: path, key: key, at: entry.place, among: variables)
            return HTTPExpectation(path: path)
        }
        let section = parent.section(key)
        guard parent.isSound(key) else { return nil }
        let path = section.text("path") ?? "/"
        if section.isSound("path") {
            check(path: path, section, "path", at: section.place("path"))
        }
        let body = section.text("bodyContains")
        if let body, body.isEmpty {
            section.fault(
                "bodyContains",
                "'bodyContains' is empty",
                detail: "Every body contains nothing.",
                hint: "leave it out"
            )
        }
        for key in ["path", "bodyContains"] where section.isSound(key) {
            if let text = section.entry(key)?.text {
                section.checkVariables(of: text, key: key, at: section.place(key), among: variables)
            }
        }
        let expectation = HTTPExpectation(
            path: path,
            headers: headers("headers", of: section, areSent: true),
            status: section.range("status", example: "200-299") ?? 200...299,
            expectedHeaders: headers("expectHeaders", of: section, areSent: false),
            bodyContains: body
        )
        section.finish()
        return expectation
    }

    private func check(path: String, _ section: Section, _ key: String, at place: SourceLocation) {
        if !path.hasPrefix("/") {
            let isURL = path.contains("://")
            section.fault(
                key,
                "the path \(path.quoted) does not begin with '/'",
                at: place,
                detail: isURL ? "The address is the instance's or the service's own." : nil,
                hint: isURL || path.isEmpty ? nil : "write /\(path.printable())"
            )
        } else if !path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            section.fault(
                key,
                "the path \(path.quoted) holds a character that no request can",
                at: place,
                detail: "Spaces and characters beyond ASCII are percent-encoded, as in %20."
            )
        }
    }

    private func headers(_ key: String, of section: Section, areSent: Bool) -> [String: String] {
        var headers: [String: String] = [:]
        var names: Set<String> = []
        for (name, text, entry) in section.texts(key) {
            if name.isEmpty || !name.utf8.allSatisfy(Self.isTokenByte) {
                section.fault(key, "\(name.quoted) is no name of a header", at: entry.keyPlace)
            } else if areSent && Self.framing.contains(name.lowercased()) {
                section.fault(
                    key,
                    "the header \(name.quoted) belongs to the connection",
                    at: entry.keyPlace,
                    detail: "Cutover sets it itself."
                )
            } else if !names.insert(name.lowercased()).inserted {
                section.fault(key, "the header \(name.quoted) stands twice", at: entry.keyPlace)
            }
            if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
                section.fault(
                    key,
                    "the header \(name.quoted) holds a control character",
                    at: entry.place
                )
            }
            section.checkVariables(of: text, key: key, at: entry.place, among: variables)
            headers[name] = text
        }
        return headers
    }

    /// The characters of a token, RFC 9110 section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
