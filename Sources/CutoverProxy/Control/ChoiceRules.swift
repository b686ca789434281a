import CutoverWire

/// Which settings for the choice of an instance are refused, and in what words.
enum ChoiceRules {
    /// The longest name of a header or a cookie, and the longest value of a mark, in bytes.
    static let textMaximum = 256

    /// Why a route's marks and holds cannot be; `nil` when they can.
    static func refusal(of route: ProxyRoute) -> String? {
        let settings = route.settings
        let holds = [
            ("the hold", route.hold), ("the automatic hold", settings.holdsWhenUnavailable),
        ]
        return holds.lazy.compactMap { name, hold in
            hold.flatMap { fault(in: $0) }.map { "\(name) \($0)" }
        }.first ?? settings.previewHeader.flatMap(headerFault)
            ?? settings.previewCookie.flatMap(cookieFault)
            ?? settings.stickyCookie.flatMap(stickyFault) ?? clash(settings)
    }

    private static func fault(in hold: ProxyHold) -> String? {
        let day: UInt32 = 86_400_000
        guard (1...100_000).contains(hold.requests) else {
            return "of \(hold.requests) requests is not of 1 to 100000"
        }
        guard (1...day).contains(hold.timeout) else {
            return "of \(hold.timeout) ms must be from 1 ms to one day"
        }
        guard (1...1_000_000).contains(hold.releasedPerSecond) else {
            return "releases \(hold.releasedPerSecond) requests a second, not 1 to 1000000"
        }
        return nil
    }

    private static func headerFault(_ header: NamedValue) -> String? {
        let name = Array(header.name.utf8)
        guard isName(header.name), !name.contains(where: { (0x41...0x5a).contains($0) }) else {
            return "\(header.name) is no name of a preview header: write it in lower case, of at "
                + "most \(textMaximum) letters, digits and hyphens"
        }
        guard FieldName(name.span, name.indices) == .other, !name.contains(0x5f), name != cookie
        else {
            return "\(header.name) cannot be the preview header: the proxy reads or removes that "
                + "field itself; choose a name like x-preview"
        }
        let value = Array(header.value.utf8)
        guard (1...textMaximum).contains(value.count), value.allSatisfy(\.isText),
            value.first?.isBlank == false, value.last?.isBlank == false
        else {
            return "the preview header \(header.name) needs a value of 1 to \(textMaximum) bytes "
                + "without control characters, and without spaces at its ends"
        }
        return nil
    }

    private static func cookieFault(_ pair: NamedValue) -> String? {
        guard isName(pair.name) else {
            return "\(pair.name) is no name of a preview cookie: it takes 1 to \(textMaximum) "
                + "letters, digits and hyphens"
        }
        guard (1...textMaximum).contains(pair.value.utf8.count),
            pair.value.utf8.allSatisfy(\.isCookieOctet)
        else {
            return "the preview cookie \(pair.name) needs a value of 1 to \(textMaximum) bytes "
                + "without spaces, quotes, commas, semicolons and backslashes"
        }
        return nil
    }

    private static func stickyFault(_ name: String) -> String? {
        guard isName(name) else {
            return "\(name) is no name of a sticky cookie: it takes 1 to \(textMaximum) letters, "
                + "digits and hyphens"
        }
        guard !name.lowercased().hasPrefix("__") else {
            // RFC 6265bis: without Secure a browser drops what is named __Secure- or __Host-.
            return "\(name) cannot be the sticky cookie: browsers take names with __ only over "
                + "TLS; leave the prefix out"
        }
        return nil
    }

    private static func clash(_ settings: ProxySettings) -> String? {
        guard let sticky = settings.stickyCookie, sticky == settings.previewCookie?.name else {
            return nil
        }
        return "\(sticky) is both the sticky and the preview cookie: give each a name of its own"
    }

    private static let cookie = Array("cookie".utf8)

    private static func isName(_ name: String) -> Bool {
        (1...textMaximum).contains(name.utf8.count) && name.utf8.allSatisfy(\.isToken)
    }
}
