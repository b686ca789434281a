import CutoverCore
import CutoverWire

/// Which settings for the choice of an instance are refused, and in what words.
enum ChoiceRules {
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
        guard !header.name.utf8.contains(where: { (0x41...0x5a).contains($0) }) else {
            return "\(header.name) is no name of a preview header: write it in lower case"
        }
        return RouteRules.fault(inPreviewHeader: FieldValue(header)).map { $0.text(header.name) }
    }

    private static func cookieFault(_ pair: NamedValue) -> String? {
        RouteRules.fault(inPreviewCookie: FieldValue(pair)).map { $0.text(pair.name) }
    }

    private static func stickyFault(_ name: String) -> String? {
        RouteRules.fault(inStickyCookie: name).map { $0.text(name) }
    }

    private static func clash(_ settings: ProxySettings) -> String? {
        let sticky = settings.stickyCookie
        let fault = RouteRules.clash(
            stickyCookie: sticky,
            previewCookie: settings.previewCookie?.name
        )
        return fault.map { $0.text(sticky ?? "") }
    }
}

extension RouteRules.Fault {
    /// The fault of what is written as `subject`.
    func text(_ subject: String) -> String { "\(subject) \(summary): \(rule); \(fix)" }
}

extension FieldValue {
    fileprivate init(_ value: NamedValue) {
        self.init(name: value.name, value: value.value)
    }
}
