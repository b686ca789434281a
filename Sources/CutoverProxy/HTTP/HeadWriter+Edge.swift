/// What the edge says to an instance about the client of a request.
struct EdgeFields {
    /// Whom the fields name.
    var client: ClientAddress

    /// Whether what the client itself says about others is believed.
    var isTrusted = false

    /// Whether `Forwarded` is written beside `X-Forwarded-*`.
    var sendsForwarded = false

    /// Whether the request gets an ID.
    var sendsRequestID = false

    /// Whether a field that tells about the client is one that the edge writes itself.
    fileprivate static func isWritten(_ bytes: Span<UInt8>, _ name: Range<Int>) -> Bool {
        matches(bytes, name, "x-forwarded-for") || matches(bytes, name, "x-forwarded-proto")
            || matches(bytes, name, "x-forwarded-host") || matches(bytes, name, "forwarded")
    }
}

extension HeadWriter {
    /// Writes the fields that name the client, and what it asked for, in its own words where it is
    /// trusted.
    @inline(__always)
    mutating func append(
        _ edge: EdgeFields,
        _ head: borrowing RequestHead,
        _ bytes: Span<UInt8>
    ) {
        guard !edge.sendsForwarded, !edge.isTrusted || !head.fields.hasForwarding else {
            appendAll(edge, head, bytes)
            return
        }
        append("X-Forwarded-For: ")
        append(edge.client)
        append("\r\nX-Forwarded-Proto: http\r\n")
        if let host = head.host {
            append("X-Forwarded-Host: ")
            append(bytes, host)
            append("\r\n")
        }
    }

    @inline(never)
    private mutating func appendAll(
        _ edge: EdgeFields,
        _ head: borrowing RequestHead,
        _ bytes: Span<UInt8>
    ) {
        append("X-Forwarded-For: ")
        if edge.isTrusted {
            ForwardingChain(.forwardedFor, head.fields, bytes)
                .write(to: &self, head.fields, bytes)
        }
        append(edge.client)
        append("\r\nX-Forwarded-Proto: ")
        if edge.isTrusted, let scheme = head.fields.forwardedScheme(bytes) {
            append(bytes, scheme)
        } else {
            append("http")
        }
        append("\r\n")
        let host = edge.isTrusted ? head.fields.forwardedHost(bytes) : nil
        if let host = host ?? head.host {
            append("X-Forwarded-Host: ")
            append(bytes, host)
            append("\r\n")
        }
        if edge.isTrusted {
            appendOthers(head.fields, bytes)
        }
        if edge.sendsForwarded {
            appendForwarded(edge, head, bytes)
        }
    }

    /// Writes what a trusted peer says beside that as it says it: X-Forwarded-Port, X-Real-IP.
    private mutating func appendOthers(_ fields: borrowing FieldSection, _ bytes: Span<UInt8>) {
        for index in 0..<fields.count where fields[index].name == .forwarding {
            let name = fields[index].nameRange
            guard !EdgeFields.isWritten(bytes, name) else {
                continue
            }
            append(bytes, name)
            append(": ")
            append(bytes, fields[index].valueRange)
            append("\r\n")
        }
    }

    /// Writes `Forwarded` with an element for this hop: RFC 7239.
    private mutating func appendForwarded(
        _ edge: EdgeFields,
        _ head: borrowing RequestHead,
        _ bytes: Span<UInt8>
    ) {
        append("Forwarded: ")
        if edge.isTrusted {
            ForwardingChain(.forwarded, head.fields, bytes).write(to: &self, head.fields, bytes)
        }
        switch edge.client {
        case .ipv4:
            append("for=")
            append(edge.client)
        case .ipv6:
            // RFC 7239 6.1: in brackets, and therefore in quotes.
            append("for=\"[")
            append(edge.client)
            append("]\"")
        }
        if let host = head.host {
            // Quotes and backslashes stand in no host that was parsed.
            let isToken = host.allSatisfy { bytes[$0].isToken }
            append(isToken ? ";host=" : ";host=\"")
            append(bytes, host)
            append(isToken ? "" : "\"")
        }
        append(";proto=http\r\n")
    }
}

extension FieldSection {
    /// The value of the only `X-Forwarded-Proto`, when it is a scheme in which a client reaches a
    /// proxy.
    fileprivate func forwardedScheme(_ bytes: Span<UInt8>) -> Range<Int>? {
        onlyValue(bytes, of: "x-forwarded-proto").flatMap { value in
            let isKnown =
                matches(bytes, value, "http") || matches(bytes, value, "https")
                || matches(bytes, value, "ws") || matches(bytes, value, "wss")
            return isKnown ? value : nil
        }
    }

    /// The value of the only `X-Forwarded-Host`, when it is a host, also with a port.
    fileprivate func forwardedHost(_ bytes: Span<UInt8>) -> Range<Int>? {
        onlyValue(bytes, of: "x-forwarded-host").flatMap { isAuthority(bytes, $0) ? $0 : nil }
    }

    private func onlyValue(_ bytes: Span<UInt8>, of name: StaticString) -> Range<Int>? {
        var value: Range<Int>?
        for index in 0..<count
        where self[index].name == .forwarding && matches(bytes, self[index].nameRange, name) {
            guard value == nil else {
                return nil
            }
            value = self[index].valueRange
        }
        return value
    }
}
