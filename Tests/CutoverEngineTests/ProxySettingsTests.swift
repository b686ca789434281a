import CutoverCore
import CutoverWire
import Testing

@testable import CutoverEngine

@Suite struct ProxySettingsTests {
    /// A manifest that says nothing and a proxy that is told nothing do the same.
    @Test func theDefaultsAreTheProxys() {
        #expect(ProxySettings(RouteConfiguration()) == ProxySettings())
    }

    @Test func everySettingReachesTheProxy() {
        var route = RouteConfiguration()
        route.headTimeout = .milliseconds(1)
        route.connectTimeout = .milliseconds(2)
        route.responseHeadTimeout = .milliseconds(3)
        route.idleTimeout = .milliseconds(4)
        route.keepAliveTimeout = .milliseconds(5)
        route.tunnelTimeout = .milliseconds(6)
        route.requestLineBytes = 70
        route.headBytes = 80
        route.headLines = 9
        route.bodyBytes = 10
        route.connections = 11
        route.connectionsPerClient = 12
        route.upgrades = ["other"]
        route.trustedPeers = ["10.0.0.0/8"]
        route.acceptsProxyProtocol = true
        route.sendsForwarded = true
        route.sendsRequestID = false
        route.refusesUnderscores = true
        route.stickyCookie = "c"
        route.previewHeader = FieldValue(name: "x", value: "y")
        route.previewCookie = FieldValue(name: "p", value: "q")
        route.hold = HoldConfiguration(requests: 13, timeout: .seconds(1), releasedPerSecond: 14)
        route.splices = true
        let settings = ProxySettings(route)
        let times = [
            settings.headTimeout, settings.connectTimeout, settings.responseHeadTimeout,
            settings.idleTimeout, settings.keepAliveTimeout, settings.tunnelTimeout,
        ]
        #expect(times == [1, 2, 3, 4, 5, 6])
        let limits = [
            settings.requestLineBytes, settings.headBytes, settings.headLines,
            UInt32(settings.bodyBytes), settings.connectionsMaximum, settings.connectionsPerClient,
        ]
        #expect(limits == [70, 80, 9, 10, 11, 12])
        #expect(settings.upgrades == ["other"] && settings.stickyCookie == "c")
        #expect(settings.trustedPeers.map(\.description) == ["10.0.0.0/8"])
        #expect(settings.acceptsProxyProtocol && settings.sendsForwarded && settings.splices)
        #expect(!settings.sendsRequestID && settings.refusesUnderscores)
        #expect(
            settings.holdsWhenUnavailable
                == ProxyHold(requests: 13, timeout: 1_000, releasedPerSecond: 14)
        )
        #expect(settings.previewHeader == NamedValue(name: "x", value: "y"))
        #expect(settings.previewCookie == NamedValue(name: "p", value: "q"))
    }
}
