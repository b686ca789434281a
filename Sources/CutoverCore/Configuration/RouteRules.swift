/// What the proxy cannot do of what a route asks for: the manifest refuses it first, and the proxy
/// refuses the same in a table.
package enum RouteRules {
    /// Why a setting is refused, in words that stand behind its own text.
    package struct Fault: Error, Hashable {
        /// What it is or cannot be: `is no path prefix`.
        package var summary: String
        /// The rule, as a sentence without its first capital and its full stop.
        package var rule: String
        /// How it can be.
        package var fix: String
    }

    /// The longest name of a header or a cookie, and the longest value of a mark, in bytes.
    package static let textMaximum = 256

    /// Why a header, its name in lower case, cannot lead requests to the candidate.
    package static func fault(inPreviewHeader header: FieldValue) -> Fault? {
        guard isName(header.name) else {
            return nameFault("preview header", fix: "write \"X-Preview: yes\"")
        }
        guard !isReserved(field: header.name) else {
            return Fault(
                summary: "cannot be the preview header",
                rule: "the proxy reads, writes or removes that field itself",
                fix: "choose a name like X-Preview"
            )
        }
        let value = header.value.utf8
        guard (1...textMaximum).contains(value.count),
            value.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }),
            let first = value.first, let last = value.last, !isBlank(first), !isBlank(last)
        else {
            return Fault(
                summary: "is a preview header without a usable value",
                rule: "a value is 1 to \(textMaximum) bytes without control characters, and"
                    + " without blanks at its ends",
                fix: "write \"X-Preview: yes\""
            )
        }
        return nil
    }

    /// Why a cookie cannot lead requests to the candidate.
    package static func fault(inPreviewCookie pair: FieldValue) -> Fault? {
        guard isName(pair.name) else {
            return nameFault("preview cookie", fix: "write preview=yes")
        }
        guard (1...textMaximum).contains(pair.value.utf8.count),
            pair.value.utf8.allSatisfy(isCookieOctet)
        else {
            return Fault(
                summary: "is a preview cookie without a usable value",
                rule: "a value is 1 to \(textMaximum) visible characters of ASCII, without quotes,"
                    + " commas, semicolons and backslashes",
                fix: "write preview=yes"
            )
        }
        return nil
    }

    /// Why a cookie cannot bind clients to their instances.
    package static func fault(inStickyCookie name: String) -> Fault? {
        guard isName(name) else {
            return nameFault("sticky cookie", fix: "choose a name like instance")
        }
        guard !name.hasPrefix("__") else {
            // RFC 6265bis: without Secure a browser drops what is named __Secure- or __Host-.
            return Fault(
                summary: "cannot be the sticky cookie",
                rule: "browsers take names with __ only over TLS",
                fix: "leave the prefix out"
            )
        }
        return nil
    }

    /// Why one name cannot be that of both cookies.
    package static func clash(stickyCookie sticky: String?, previewCookie: String?) -> Fault? {
        guard let sticky, sticky == previewCookie else {
            return nil
        }
        return Fault(
            summary: "is both the sticky and the preview cookie",
            rule: "each of them decides where a request goes",
            fix: "give each a name of its own"
        )
    }

    private static func nameFault(_ what: String, fix: String) -> Fault {
        Fault(
            summary: "is no name of a \(what)",
            rule: "names are 1 to \(textMaximum) of A-Z a-z 0-9 and !#$%&'*+-.^_`|~",
            fix: fix
        )
    }
}

// MARK: - Upgrades and paths

extension RouteRules {
    /// Why clients cannot upgrade to a protocol.
    package static func fault(inUpgrade name: String) -> Fault? {
        guard !isAnotherHTTP(name.lowercased()) else {
            return Fault(
                summary: "cannot be upgraded to",
                rule: "behind its 101 stand requests that the proxy passes on without reading"
                    + " them, a known way to smuggle some past it",
                fix: "leave it out: the request goes on as HTTP/1.1"
            )
        }
        guard !name.isEmpty, name.utf8.allSatisfy({ isToken($0) || $0 == 0x2f }),
            !name.utf8.contains(where: { (0x41...0x5a).contains($0) })
        else {
            return Fault(
                summary: "is no protocol in lower case",
                rule: "it is a name such as websocket, or one with a version such as tls/1.0",
                fix: "the usual one is websocket"
            )
        }
        return nil
    }

    /// HTTP/2 over cleartext, under its name, its drafts' (`h2c-14`) and its number's; or any other
    /// version of HTTP.
    private static func isAnotherHTTP(_ name: String) -> Bool {
        let product = name.prefix { $0 != "/" }
        return ["h2", "h2c", "h3", "http"].contains(product)
            || ["h2-", "h2c-", "h3-"].contains { product.hasPrefix($0) }
    }

    /// Why no request can be matched with a path and what is below it.
    package static func fault(inPathPrefix path: String) -> Fault? {
        func fault(_ rule: String, _ fix: String) -> Fault {
            Fault(summary: "is no path prefix", rule: rule, fix: fix)
        }
        guard path.hasPrefix("/") else {
            return fault("paths begin with a slash", "write /\(path)")
        }
        guard path.utf8.count <= 1_024,
            path.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != 0x23 && $0 != 0x3f })
        else {
            return fault(
                "the path has a query, a blank or another character that none has",
                "leave it out, or write a path of at most 1024 characters"
            )
        }
        guard path == "/" || !path.hasSuffix("/") else {
            return fault(
                "paths end without a slash",
                "\(path.dropLast()) claims what is below it too"
            )
        }
        guard !RequestMatch.isAmbiguous(Array(path.utf8).span) else {
            return fault(
                "the path has a segment of dots",
                "write the path that it stands for; slashes and dots count encoded too"
            )
        }
        return nil
    }
}

extension RequestMatch {
    /// Whether a path holds `.` or `..` as a segment, also with encoded dots and slashes: what it
    /// names depends on who reads it, so it cannot be matched against prefixes.
    package static func isAmbiguous(_ path: Span<UInt8>) -> Bool {
        var index = 0
        var dots = 0
        var others = 0
        while index < path.count {
            let (byte, length) = decoded(path, at: index)
            index += length
            if byte == 0x2f || byte == 0x5c {
                if (1...2).contains(dots), others == 0 {
                    return true
                }
                dots = 0
                others = 0
            } else if byte == 0x2e {
                dots += 1
            } else {
                others += 1
            }
        }
        return (1...2).contains(dots) && others == 0
    }

    /// One byte of a path, and how many it is written in.
    private static func decoded(_ path: Span<UInt8>, at index: Int) -> (UInt8, Int) {
        guard path[index] == 0x25, index + 2 < path.count,
            let high = hexDigit(path[index + 1]), let low = hexDigit(path[index + 2])
        else {
            return (path[index], 1)
        }
        return (high << 4 | low, 3)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        if (0x30...0x39).contains(byte) {
            return byte - 0x30
        }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
}

// MARK: - Grammar

extension RouteRules {
    /// Fields of one message, of one hop or of the edge, cookies, and names that servers take for
    /// others.
    private static func isReserved(field name: String) -> Bool {
        let names = [
            "connection", "content-length", "cookie", "expect", "forwarded", "host",
            "http2-settings", "keep-alive", "proxy", "te", "trailer", "transfer-encoding",
            "upgrade", "x-real-ip", "x-request-id",
        ]
        return names.contains(name) || name.contains("_") || name.hasPrefix("proxy-")
            || name.hasPrefix("x-forwarded-")
    }

    private static func isName(_ name: String) -> Bool {
        (1...textMaximum).contains(name.utf8.count) && name.utf8.allSatisfy(isToken)
    }

    /// RFC 9110 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        [0x30...0x39, 0x41...0x5a, 0x61...0x7a].contains { $0.contains(byte) }
            || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }

    /// RFC 6265 4.1.1: visible, but no quote, comma, semicolon or backslash.
    private static func isCookieOctet(_ byte: UInt8) -> Bool {
        (0x21...0x7e).contains(byte) && ![0x22, 0x2c, 0x3b, 0x5c].contains(byte)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
