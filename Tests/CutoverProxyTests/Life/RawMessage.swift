import Foundation

/// A message as one reading of RFC 9112 has it, with no leniency: the oracle of the suites on raw
/// sockets.
struct RawMessage: Sendable {
    /// How the end of the body was found.
    enum Framing: Sendable {
        case none
        case length
        case chunked
        /// The end of the connection.
        case close
    }

    var startLine: String
    var fields: [Field] = []
    var framing = Framing.none
    var body = ""
    /// Whether the end of the body was seen.
    var isComplete = true
    /// Interim responses that came before it, by status.
    var interims: [Int] = []

    struct Field: Sendable, Equatable {
        /// In lower case.
        var name: String
        var value: String
    }

    var status: Int { Int(startLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    var method: String { String(startLine.prefix { $0 != " " }) }
    var target: String { String(startLine.split(separator: " ").dropFirst().first ?? "") }

    /// The values of a field.
    subscript(name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    /// Whether the sender closes behind it.
    var closes: Bool {
        framing == .close
            || self["connection"].contains { $0.lowercased().contains("close") }
    }

    fileprivate init(head: String) throws {
        // Behind the head's end there are two empty pieces.
        var lines = head.components(separatedBy: "\r\n").dropLast(2)
        startLine = lines.removeFirst()
        let isControl: (Unicode.Scalar) -> Bool = {
            $0.value < 0x20 && $0 != "\t" || $0 == "\u{7f}"
        }
        for line in lines {
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex,
                line.first != " ", line.first != "\t",
                !line[..<colon].contains(where: { $0 == " " || $0 == "\t" })
            else {
                throw LifeDeviation("passed on: \(line.debugDescription)")
            }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            fields.append(Field(name: line[..<colon].lowercased(), value: value))
        }
        if head.unicodeScalars.contains(where: { isControl($0) && $0 != "\r" && $0 != "\n" }) {
            throw LifeDeviation("passed on: a control byte in \(head.debugDescription)")
        }
    }

    /// What the head says of the body's end; one word and no other.
    fileprivate func framed(orElse none: Framing) throws -> Framing {
        let lengths = self["content-length"]
        let codings = self["transfer-encoding"]
        guard lengths.count + codings.count <= 1 else {
            throw LifeDeviation("passed on: two framings in \(fields)")
        }
        if let coding = codings.first {
            guard coding.lowercased() == "chunked" else {
                throw LifeDeviation("passed on: Transfer-Encoding: \(coding)")
            }
            return .chunked
        }
        if let length = lengths.first {
            guard !length.isEmpty, length.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
                Int(length) != nil
            else {
                throw LifeDeviation("passed on: Content-Length: \(length)")
            }
            return .length
        }
        return none
    }
}

extension RawMessage: CustomStringConvertible {
    var description: String {
        let lines = fields.map { "\($0.name): \($0.value)" }.joined(separator: "; ")
        let end = isComplete ? "whole" : "cut short"
        return "\(startLine) [\(lines)] \(body.prefix(80).debugDescription), \(end)"
    }
}

extension TestSocket {
    /// The next request with its body; `nil` when the peer ends instead, or in the middle of it.
    func receiveRequest() throws -> RawMessage? {
        guard let head = receive(through: "\r\n\r\n") else { return nil }
        var message = try RawMessage(head: head)
        message.framing = try message.framed(orElse: .none)
        try receiveBody(of: &message)
        return message.isComplete ? message : nil
    }

    /// The next request's head alone.
    func receiveRequestHead() throws -> RawMessage? {
        guard let head = receive(through: "\r\n\r\n") else { return nil }
        var message = try RawMessage(head: head)
        message.framing = try message.framed(orElse: .none)
        return message
    }

    /// The next final response, with as much of its body as comes; `nil` when none does.
    func receiveFinal(toHead: Bool = false) throws -> RawMessage? {
        guard var message = try receiveFinalHead(toHead: toHead) else { return nil }
        try receiveBody(of: &message)
        return message
    }

    /// The next final response's head, and the framing of what follows.
    func receiveFinalHead(toHead: Bool = false) throws -> RawMessage? {
        var interims: [Int] = []
        while let head = receive(through: "\r\n\r\n") {
            var message = try RawMessage(head: head)
            try hold(
                message.startLine.wholeMatch(of: /HTTP\/1\.[01] [1-5][0-9][0-9] .*/) != nil,
                "passed on: \(message.startLine.debugDescription)"
            )
            if message.status < 200, message.status != 101 {
                interims.append(message.status)
                continue
            }
            message.interims = interims
            let framing = try message.framed(orElse: .close)
            let isBodiless = toHead || [101, 204, 304].contains(message.status)
            message.framing = isBodiless ? .none : framing
            return message
        }
        return nil
    }

    /// One chunk with its size, or `nil` when it does not come whole.
    func receiveChunk() throws -> String? {
        guard let line = receive(through: "\r\n") else { return nil }
        let digits = line.prefix { $0 != ";" && $0 != "\r\n" }
        guard let size = Int(digits, radix: 16), size >= 0, digits.count <= 16 else {
            throw LifeDeviation("passed on: chunk size \(line.debugDescription)")
        }
        if size == 0 {
            while let trailer = receive(through: "\r\n") {
                if trailer == "\r\n" { return "" }
            }
            return nil
        }
        guard let bytes = receive(count: size), let end = receive(count: 2) else { return nil }
        try hold(end == [0x0d, 0x0a], "passed on: a chunk of another size than it says")
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A message whose head has come, with as much of its body as comes.
    func receivingBody(of message: RawMessage) throws -> RawMessage {
        var message = message
        try receiveBody(of: &message)
        return message
    }

    private func receiveBody(of message: inout RawMessage) throws {
        switch message.framing {
        case .none:
            break
        case .length:
            let length = Int(message["content-length"].first ?? "") ?? 0
            let bytes = receive(count: length)
            message.isComplete = bytes != nil
            message.body = String(decoding: bytes ?? [], as: UTF8.self)
        case .chunked:
            message.isComplete = false
            while let chunk = try receiveChunk() {
                message.body += chunk
                message.isComplete = chunk.isEmpty
                if chunk.isEmpty { break }
            }
        case .close:
            let rest = receiveToEnd()
            message.isComplete = rest != nil
            message.body = rest ?? ""
        }
    }
}
