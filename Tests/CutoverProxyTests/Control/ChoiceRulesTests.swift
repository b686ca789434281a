import CutoverWire
import Testing

@testable import CutoverProxy

@Suite struct ChoiceRulesTests {
    private func refusal(_ change: (inout ProxyRoute) -> Void) -> String {
        var route = ProxyRoute.on(8_080, .of("blue", weight: 1, 9_000))
        change(&route)
        let table = ProxyTable(generation: 1, epoch: 1, routes: [route])
        return TableRules.refusal(of: table, after: nil) ?? "accepted"
    }

    @Test func whatCanBeDoneIsAccepted() {
        let reason = refusal { route in
            route.hold = ProxyHold(requests: 100_000, timeout: 1, releasedPerSecond: 1_000_000)
            route.settings.holdsWhenUnavailable = ProxyHold(
                requests: 1,
                timeout: 86_400_000,
                releasedPerSecond: 1
            )
            route.settings.previewHeader = NamedValue(name: "x-preview", value: "yes please")
            route.settings.previewCookie = NamedValue(name: "Preview", value: "1")
            route.settings.stickyCookie = "instance"
        }
        #expect(reason == "accepted")
    }

    @Test func impossibleHoldsAreRefusedByName() {
        let cases = [
            (ProxyHold(requests: 0, timeout: 1, releasedPerSecond: 1), "of 0 requests"),
            (ProxyHold(requests: 100_001, timeout: 1, releasedPerSecond: 1), "of 100001 requests"),
            (ProxyHold(requests: 1, timeout: 0, releasedPerSecond: 1), "of 0 ms"),
            (ProxyHold(requests: 1, timeout: 86_400_001, releasedPerSecond: 1), "of 86400001 ms"),
            (ProxyHold(requests: 1, timeout: 1, releasedPerSecond: 0), "releases 0 requests"),
        ]
        for (hold, words) in cases {
            #expect(refusal { $0.hold = hold }.hasPrefix("service web: the hold \(words)"))
            let automatic = refusal { $0.settings.holdsWhenUnavailable = hold }
            #expect(automatic.hasPrefix("service web: the automatic hold \(words)"))
        }
    }

    /// The reader of heads treats these fields in its own way: no request could be told by them.
    @Test(arguments: [
        "connection", "content-length", "expect", "forwarded", "host", "http2-settings",
        "keep-alive", "proxy", "proxy-x", "proxied", "te", "trailer", "transfer-encoding",
        "upgrade", "x-forwarded-", "x-forwarded-for", "x-forwarded", "x-real-ip", "x-real",
        "x-request-id", "x-request", "x-preview", "te-x", "hosts",
    ])
    func aPreviewHeaderIsAFieldThatIsPassedOnAsItIs(name: String) {
        let bytes = Array(name.utf8)
        let isPassedOn = FieldName(bytes.span, bytes.indices) == .other
        let reason = refusal {
            $0.settings.previewHeader = NamedValue(name: name, value: "1")
        }
        #expect((reason == "accepted") == isPassedOn, "\(reason)")
    }

    @Test func namesThatCannotWorkAreRefusedByName() {
        let long = String(repeating: "x", count: 257)
        let headers = [
            ("", "1"), ("X-Preview", "1"), ("a b", "1"), (long, "1"), ("host", "1"),
            ("connection", "1"), ("x-forwarded-for", "1"), ("cookie", "1"), ("x_preview", "1"),
            ("x-preview", ""), ("x-preview", " 1"), ("x-preview", "1\n"), ("x-preview", long),
        ]
        for (name, value) in headers {
            let reason = refusal {
                $0.settings.previewHeader = NamedValue(name: name, value: value)
            }
            #expect(reason.hasPrefix("service web: "), "\(name): \(value)")
            #expect(reason.contains(name) && reason.contains("preview header"), "\(reason)")
        }
        let cookies = [("", "1"), ("a=b", "1"), (long, "1"), ("p", ""), ("p", "a b"), ("p", "a;b")]
        for (name, value) in cookies {
            let reason = refusal {
                $0.settings.previewCookie = NamedValue(name: name, value: value)
            }
            #expect(reason.contains("preview cookie"), "\(name): \(value): \(reason)")
        }
        for name in ["", "a b", long, "__Host-x", "__secure-x"] {
            #expect(refusal { $0.settings.stickyCookie = name }.contains("sticky cookie"))
        }
        let both = refusal {
            $0.settings.stickyCookie = "x"
            $0.settings.previewCookie = NamedValue(name: "x", value: "1")
        }
        #expect(both.contains("x is both the sticky and the preview cookie"))
    }
}
