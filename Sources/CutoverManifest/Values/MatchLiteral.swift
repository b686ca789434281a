import CutoverCore

/// How matches are written: `shop.example.com`, `*.example.com/api`, `/api`.
enum MatchLiteral {
    /// Why a text is no match, in words.
    struct Fault: Error, Hashable {
        var reason: String
        var hint: String?
    }

    /// Reads a host, a path, or both.
    static func parse(_ text: String) throws(Fault) -> RequestMatch {
        if text.contains("://") {
            throw Fault(
                reason: "a match has no scheme",
                hint: "write the host and path alone, as in shop.example.com/api"
            )
        }
        let slash = text.firstIndex(of: "/") ?? text.endIndex
        let host = String(text[..<slash])
        let path = slash == text.endIndex ? "/" : String(text[slash...])
        if let fault = RouteRules.fault(inPathPrefix: path) {
            throw Fault(reason: fault.rule, hint: fault.fix)
        }
        guard !host.isEmpty, host != "*" else {
            return RequestMatch(host: nil, pathPrefix: path)
        }
        try checkHost(host)
        return RequestMatch(host: host, pathPrefix: path)
    }

    private static func checkHost(_ host: String) throws(Fault) {
        if host.contains(":") {
            throw Fault(reason: "a match has no port", hint: "the port stands in 'listen'")
        }
        guard host == host.lowercased() else {
            throw Fault(reason: "hosts are in lower case", hint: "write \(host.lowercased())")
        }
        let name = host.hasPrefix("*.") ? host.dropFirst(2) : host[...]
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            !label.isEmpty && label.utf8.count <= 63 && label.utf8.allSatisfy(isNameByte)
        }
        guard isName, name.utf8.count <= 253 else {
            throw Fault(
                reason: "the host is no DNS name",
                hint: host.contains("*") ? "a wildcard stands alone in front: *.example.com" : nil
            )
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7a, 0x30...0x39, 0x2d, 0x5f: true
        default: false
        }
    }
}
