import Glibc

/// What a message that a proxy has written must keep to, beyond its own grammar.
///
/// Cases mark what must not come through: a field whose name begins with `Hop-` is named in
/// `Connection`, and a value with `forged` in it is a lie about the client.
enum MessageRules {
    /// The faults of a request that an instance got.
    static func faults(ofRequest message: StrictMessage) -> [StrictFault] {
        var faults = message.faults
        func note(_ outcome: Outcome, _ text: String) {
            faults.append(StrictFault(outcome: outcome, text: text))
        }
        if !isRequestLine(message.startParts) {
            note(.sloppy, "the request line \(shown(raw(message.startLine)))")
        }
        let hosts = message.values("host")
        if hosts.count > 1 { note(.dangerous, "Host \(hosts)") }
        if hosts.isEmpty { note(.sloppy, "no Host") }
        for host in hosts where !isHost(host) { note(.sloppy, "Host \(shown(raw(host)))") }
        for field in message.fields + message.trailers {
            if isOfOneHop(field) || field.value.contains("forged") {
                note(.leaking, "\(field.name): \(shown(raw(field.value)))")
            }
            if field.name.contains("_") { note(.lenient, "the name \(field.name)") }
        }
        for value in message.values("upgrade") where value.lowercased() != "websocket" {
            note(.leaking, "Upgrade: \(value)")
        }
        for value in message.values("expect") where value.lowercased() != "100-continue" {
            note(.lenient, "Expect: \(value)")
        }
        return faults
    }

    /// The faults of a response that a client got.
    static func faults(ofResponse message: StrictMessage) -> [StrictFault] {
        var faults = message.faults
        let parts = message.startParts
        let isStatusLine =
            parts.count == 3 && (parts[0] == "HTTP/1.1" || parts[0] == "HTTP/1.0")
            && parts[1].count == 3 && (100...599).contains(message.status)
        if !isStatusLine {
            let text = "the status line \(shown(raw(message.startLine)))"
            faults.append(StrictFault(outcome: .sloppy, text: text))
        }
        for field in message.fields + message.trailers where isOfOneHop(field) {
            let text = "\(field.name): \(shown(raw(field.value)))"
            faults.append(StrictFault(outcome: .leaking, text: text))
        }
        if message.status != 101, !message.values("upgrade").isEmpty {
            faults.append(StrictFault(outcome: .leaking, text: "Upgrade"))
        }
        return faults
    }

    /// RFC 9110 7.6.1; what a proxy says about its own hop is not meant.
    private static func isOfOneHop(_ field: StrictMessage.Field) -> Bool {
        switch field.name {
        case "keep-alive", "te", "trailer", "proxy", "http2-settings":
            true
        case "connection":
            !["", "close", "keep-alive", "upgrade"].contains(field.value.lowercased())
        default:
            field.name.hasPrefix("hop-") || field.name.hasPrefix("proxy-")
        }
    }

    private static func isRequestLine(_ parts: [String]) -> Bool {
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(\.isTchar),
            parts[2] == "HTTP/1.1"
        else {
            return false
        }
        // Visible characters that browsers send unescaped are taken for what they are.
        let isVisible = parts[1].unicodeScalars.allSatisfy { (0x21...0x7e).contains($0.value) }
        let isOrigin = parts[1].hasPrefix("/") && !parts[1].contains("#") && isVisible
        return isOrigin || parts[0] == "OPTIONS" && parts[1] == "*"
    }

    /// `uri-host [ ":" port ]` with a host and, where there is a port, one that exists.
    static func isHost(_ value: String) -> Bool {
        var name = value[...]
        var port: Substring = ""
        let bracket = value.lastIndex(of: "]") ?? value.startIndex
        if let colon = value[bracket...].lastIndex(of: ":") {
            name = value[..<colon]
            port = value[value.index(after: colon)...]
        }
        guard port.allSatisfy({ "0123456789".contains($0) }), (Int("0" + port) ?? .max) < 65_536
        else {
            return false
        }
        return name.hasPrefix("[") && name.hasSuffix("]")
            ? isLiteral(name.dropFirst().dropLast()) : isRegisteredName(name)
    }

    private static func isLiteral(_ address: Substring) -> Bool {
        if address.lowercased().hasPrefix("v") {
            let parts = address.dropFirst().split(
                separator: ".",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            return parts.count == 2 && !parts[0].isEmpty && parts[0].allSatisfy(\.isHexDigit)
                && !parts[1].isEmpty && parts[1].allSatisfy { isNameCharacter($0) || $0 == ":" }
        }
        var storage = in6_addr()
        return inet_pton(AF_INET6, String(address), &storage) == 1
    }

    private static func isRegisteredName(_ name: Substring) -> Bool {
        var rest = name
        while let character = rest.popFirst() {
            if character == "%" {
                guard rest.prefix(2).count == 2,
                    rest.prefix(2).allSatisfy({ $0.isASCII && $0.isHexDigit })
                else {
                    return false
                }
                rest = rest.dropFirst(2)
            } else if !isNameCharacter(character) {
                return false
            }
        }
        return !name.isEmpty
    }

    /// `unreserved / sub-delims` without the comma, which two joined lines have between them.
    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII
            && (character.isLetter || character.isNumber || "-._~!$&'()*+;=".contains(character))
    }
}
