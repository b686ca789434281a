// Heads are always written from the parsed message, never copied from what a peer sent: RFC 9112
// 11.2.

extension HeadWriter {
    /// Writes a request as an instance gets it: HTTP/1.1, without the fields of the client's hop,
    /// and with the edge's own word about the client.
    ///
    /// `requestID` is the header line of a new ID; `defaultHost` serves HTTP/1.0 clients that send
    /// no Host.
    mutating func append(
        _ head: borrowing RequestHead,
        _ bytes: Span<UInt8>,
        edge: EdgeFields,
        requestID: Span<UInt8>,
        defaultHost: @autoclosure () -> String
    ) {
        if head.isRequestLineCanonical {
            append(head.fields, bytes, behind: head.start..<head.startLineEnd)
        } else {
            appendRequestLine(head, bytes)
            var replaced = -1
            if !head.authority.isEmpty {
                append("Host: ")
                append(bytes, head.authority)
                append("\r\n")
                replaced = head.fields.host
            } else if head.fields.host < 0 {
                append("Host: ")
                append(text: defaultHost())
                append("\r\n")
            }
            append(head.fields, bytes, without: replaced)
        }
        if head.isUpgrade {
            append("Connection: Upgrade\r\nUpgrade: ")
            append(bytes, head.fields[head.fields.upgrade].valueRange)
            append("\r\n")
        }
        if edge.sendsRequestID {
            append(requestID, 0..<requestID.count)
        }
        append(edge, head, bytes)
        append("\r\n")
    }

    private mutating func appendRequestLine(
        _ head: borrowing RequestHead,
        _ bytes: Span<UInt8>
    ) {
        if head.authority.isEmpty {
            // One space stands between them: that much the parser made sure of.
            append(bytes, head.start..<head.target.upperBound)
        } else {
            append(bytes, head.start..<head.methodEnd)
            append(" ")
            appendAbsoluteTarget(head, bytes)
        }
        append(" HTTP/1.1\r\n")
    }

    /// An absolute target without a path means `/`, and `*` when the method is OPTIONS (RFC 9112
    /// 3.2.4).
    private mutating func appendAbsoluteTarget(
        _ head: borrowing RequestHead,
        _ bytes: Span<UInt8>
    ) {
        if head.target.isEmpty {
            append(head.isOptions ? "*" : "/")
        } else {
            if bytes[head.target.lowerBound] == 0x3f { append("/") }
            append(bytes, head.target)
        }
    }

    /// What a response says about the client's connection.
    enum Persistence {
        /// Nothing: HTTP/1.1 stays open.
        case implied
        case keepAlive
        case close
        /// A 101: both sides speak another protocol from here on.
        case upgrade
    }

    /// Writes a response as a client gets it; `isUnwrapped` leaves out the chunk framing's field,
    /// `field` is a line of the proxy's own with its end.
    mutating func append(
        _ head: borrowing ResponseHead,
        _ bytes: Span<UInt8>,
        persistence: Persistence,
        isUnwrapped: Bool,
        field: String? = nil
    ) {
        var statusLine = 0..<head.startLineEnd
        if head.isHTTP10 {
            append("HTTP/1.1 ")
            append(head.status)
            append(" ")
            append(bytes, head.reason)
            append("\r\n")
            statusLine = 0..<0
        }
        append(head.fields, bytes, behind: statusLine, isUnwrapped: isUnwrapped)
        if let field { append(text: field) }
        switch persistence {
        case .implied:
            break
        case .keepAlive:
            append("Connection: keep-alive\r\n")
        case .close:
            append("Connection: close\r\n")
        case .upgrade:
            append("Connection: Upgrade\r\nUpgrade: ")
            append(bytes, head.fields[head.fields.upgrade].valueRange)
            append("\r\n")
        }
        append("\r\n")
    }

    /// Writes the header lines that are forwarded, behind a start line that stands as it would be
    /// written.
    @inline(__always)
    private mutating func append(
        _ fields: borrowing FieldSection,
        _ bytes: Span<UInt8>,
        behind startLine: Range<Int> = 0..<0,
        without replaced: Int = -1,
        isUnwrapped: Bool = false
    ) {
        // Lines that stand as they would be written, one behind the other, are written as one run.
        var run = startLine
        for index in 0..<fields.count {
            let line = fields[index]
            let isDropped =
                line.isDropped || index == replaced
                || isUnwrapped && line.name == .transferEncoding
            if !isDropped, line.isCanonical {
                if run.upperBound != Int(line.nameStart) {
                    append(bytes, run)
                    run = Int(line.nameStart)..<Int(line.nameStart)
                }
                run = run.lowerBound..<Int(line.end)
                continue
            }
            append(bytes, run)
            run = 0..<0
            if !isDropped {
                append(bytes, line.nameRange)
                append(": ")
                append(bytes, line.valueRange)
                append("\r\n")
            }
        }
        append(bytes, run)
    }
}

extension HeadWriter {
    /// Writes a whole response of the proxy's own, which closes the connection.
    mutating func append(_ refusal: Refusal, isHead: Bool, explanation: StaticString) {
        append("HTTP/1.1 ")
        append(Int(refusal.status))
        append(" ")
        append(refusal.reason)
        append("\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ")
        append(explanation.utf8CodeUnitCount)
        if refusal == .methodNotAllowed {
            append("\r\nAllow: GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH")
        }
        append("\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n")
        if !isHead {
            append(explanation)
        }
    }
}
