import CutoverWire
import Testing

@testable import CutoverProxy

/// Names that many instances cannot tell from those with a hyphen are refused where a service says
/// so; the suite of hostile requests has them dropped.
@Suite struct UnderscoreTests {
    private let port = freePort()

    @Test(arguments: ["GET", "HEAD"]) func theRequestIsRefused(method: String) throws {
        let upstream = try UnixUpstream()
        let proxy = try ProxyHarness()
        var settings = ProxySettings()
        settings.refusesUnderscores = true
        try proxy.apply(.on(port, upstream.side("blue"), settings: settings))
        let client = try #require(TestSocket(port: port))
        client.send("\(method) / HTTP/1.1\r\nHost: x\r\nX_User: forged\r\n\r\n")
        let answer = try #require(client.receiveToEnd())
        #expect(answer.hasPrefix("HTTP/1.1 400 "))
        #expect(answer.hasSuffix("\r\n\r\n") == (method == "HEAD"))
        #expect(try proxy.backend("blue-0").requests == 0)
        #expect(try proxy.refusals(400) == 1)
    }
}
