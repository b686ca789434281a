/// The field names that decide how a message is framed or forwarded; everything else is `other`.
enum FieldName: UInt8 {
    /// Forwarded as it is.
    case other
    case connection
    case contentLength
    case expect
    case host
    case transferEncoding
    case upgrade
    /// Fields of one hop, which RFC 9110 7.6.1 has a proxy remove: Keep-Alive, TE, Trailer,
    /// Proxy-*, HTTP2-Settings.
    ///
    /// `TE: trailers` goes too: it promises that trailers reach the client (RFC 9110 6.5.1), and
    /// here they are checked and left out. `Proxy` itself is among them: CGI turns it into
    /// HTTP_PROXY (CVE-2016-5385).
    case hop
    /// Fields that tell an instance about the client, which only the edge may write: Forwarded,
    /// X-Forwarded-*, X-Real-IP.
    case forwarding
    /// X-Request-Id, which the edge writes where a route says so.
    case requestID
    /// A name with an underscore, which CGI-like servers cannot tell from one with a hyphen.
    case ambiguous
}

extension FieldName {
    /// Finds the class of the name that stands in `range`, whose bytes are all tokens.
    @inline(__always)
    init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        self = .other
        // The first letter rules out nearly every field of a usual head.
        switch bytes[range.lowerBound] | 0x20 {
        case 0x63:  // c
            if matches(bytes, range, "connection") {
                self = .connection
            } else if matches(bytes, range, "content-length") {
                self = .contentLength
            }
        case 0x65:  // e
            if matches(bytes, range, "expect") { self = .expect }
        case 0x66:  // f
            if matches(bytes, range, "forwarded") { self = .forwarding }
        case 0x68:  // h
            if matches(bytes, range, "host") {
                self = .host
            } else if matches(bytes, range, "http2-settings") {
                self = .hop
            }
        case 0x6b:  // k
            if matches(bytes, range, "keep-alive") { self = .hop }
        case 0x70:  // p
            if matches(bytes, range, "proxy") || hasPrefix(bytes, range, "proxy-") { self = .hop }
        case 0x74:  // t
            if matches(bytes, range, "transfer-encoding") {
                self = .transferEncoding
            } else if matches(bytes, range, "te") || matches(bytes, range, "trailer") {
                self = .hop
            }
        case 0x75:  // u
            if matches(bytes, range, "upgrade") { self = .upgrade }
        case 0x78:  // x
            if hasPrefix(bytes, range, "x-forwarded-") || matches(bytes, range, "x-real-ip") {
                self = .forwarding
            } else if matches(bytes, range, "x-request-id") {
                self = .requestID
            }
        default:
            break
        }
    }
}
