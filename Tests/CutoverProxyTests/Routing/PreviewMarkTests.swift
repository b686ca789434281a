import CutoverWire
import Testing

@testable import CutoverProxy

/// Requests at the public listener that ask for the preview side.
@Suite struct PreviewMarkTests {
    private let port = freePort()
    private let blue = ScriptedUpstream.answering("blue")
    private let green = ScriptedUpstream.answering("green")

    private func route(_ green: ProxySide, previewSide: Int? = 1) -> ProxyRoute {
        var settings = ProxySettings()
        settings.previewHeader = NamedValue(name: "x-preview", value: "Yes")
        settings.previewCookie = NamedValue(name: "preview", value: "1")
        return .on(
            port,
            .of("blue", weight: 1, blue.port),
            green,
            previewSide: previewSide,
            settings: settings
        )
    }

    private func answer(_ lines: String..., on socket: TestSocket? = nil) throws -> String {
        let socket = try #require(socket ?? TestSocket(port: port))
        let fields = lines.map { $0 + "\r\n" }.joined()
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n")
        let response = try #require(socket.receiveResponse())
        let status = response.head.split(separator: " ")[1]
        return status == "200" ? response.body : String(status)
    }

    @Test func aMarkSendsOneRequestToThePreviewSide() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route(.of("green", weight: 0, green.port)))
        let socket = try #require(TestSocket(port: port))
        for (lines, side) in [
            ("X-Preview: Yes", "green"), ("X-Other: Yes", "blue"), ("X-PREVIEW:\tYes ", "green"),
            ("X-Preview: yes", "blue"), ("X-Preview: Yes!", "blue"), ("Cookie: preview=1", "green"),
            ("Cookie: a=b; preview=1; c=d", "green"), ("Cookie: Preview=1", "blue"),
            ("Cookie: preview=11", "blue"), ("Cookie: a=b,preview=1", "blue"),
            ("Cookie: preview=0\r\nCookie: preview=1", "green"),
            ("Connection: x-preview\r\nX-Preview: Yes", "blue"),
        ] {
            #expect(try answer(lines, on: socket) == side, "\(lines)")
            #expect(try answer(on: socket) == "blue", "behind \(lines)")
        }
        // The instance may want to know as well.
        #expect(green.requests.first?.contains("X-Preview: Yes\r\n") == true)
    }

    @Test func withoutATakerThePreviewSideIsNoDestination() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route(.of("green", weight: 0, green.port), previewSide: nil))
        #expect(try answer("X-Preview: Yes") == "blue")
        try proxy.apply(route(.of("green", weight: 0, green.port, isDraining: true)))
        #expect(try answer("X-Preview: Yes") == "blue")
        try proxy.apply(route(.of("green", weight: 0, green.port)))
        #expect(try answer("X-Preview: Yes") == "green")
    }

    @Test func aTesterWhomNobodyAnswersIsNobodysFailure() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route(.of("green", weight: 0, freePort())))
        #expect(try answer("X-Preview: Yes") == "502")
        #expect(try proxy.backend("blue-0").requests == 0)
        let services = try proxy.client.stats().services
        #expect(services[0].failures == 0 && services[0].refusals.isEmpty)
    }

    /// What a connection asked for before says nothing about a request that cannot be read.
    @Test func theMarkHoldsForItsRequestAlone() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route(.of("green", weight: 0, green.port)))
        let socket = try #require(TestSocket(port: port))
        #expect(try answer("X-Preview: Yes", on: socket) == "green")
        socket.send("GET\r\n\r\n")
        #expect(socket.receiveToEnd()?.hasPrefix("HTTP/1.1 400 ") == true)
        #expect(try proxy.refusals(400) == 1)
    }

    @Test func aRetryStaysOnThePreviewSide() throws {
        let proxy = try ProxyHarness()
        try proxy.apply(route(.of("green", weight: 0, freePort(), green.port)))
        for _ in 0..<4 { #expect(try answer("X-Preview: Yes") == "green") }
        #expect(try proxy.backend("green-0").retries > 0)
        #expect(try proxy.backend("blue-0").requests == 0)
    }
}
