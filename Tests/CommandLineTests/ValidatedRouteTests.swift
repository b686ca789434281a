import CutoverCore
import CutoverManifest
import CutoverWire
import Testing

@testable import CutoverEngine
@testable import CutoverProxy

/// What `cutover validate` accepts the proxy takes, and what the proxy refuses is refused there.
@Suite struct ValidatedRouteTests {
    /// One setting as a manifest has it, and as a table would.
    struct Setting: CustomTestStringConvertible {
        let key: String
        let text: String
        let change: @Sendable (inout ProxyRoute) -> Void

        var testDescription: String { "\(key): \(text)" }

        /// Where it stands with the service, and where with its proxy.
        var entries: String {
            let entry = "\(key): \(text)"
            return key == "match" ? entry : "proxy: {\(entry)}"
        }
    }

    private func manifest(_ setting: Setting) -> ManifestResult {
        let text = """
            services:
              web:
                listen: 127.0.0.1:8080
                \(setting.entries)
                runtime: {command: [./web], ports: 9100-9199}
            """
        return Manifest.parse(text: text, path: "cutover.yaml")
    }

    private func refusal(_ change: (inout ProxyRoute) -> Void) -> String? {
        let backend = ProxyBackend(key: "a", address: .ipv4(host: "127.0.0.1", port: 9_100))
        let side = ProxySide(name: "blue", release: "v1", weight: 1, backends: [backend])
        var route = ProxyRoute(
            service: "web",
            listen: .ipv4(host: "127.0.0.1", port: 8_080),
            sides: [side]
        )
        change(&route)
        let table = ProxyTable(generation: 1, epoch: 1, routes: [route])
        return TableRules.refusal(of: table, after: nil)
    }

    private static func quoted(_ text: String) -> String {
        "'\(text.replacing("'", with: "''"))'"
    }

    private static func header(_ name: String, _ value: String) -> Setting {
        Setting(key: "previewHeader", text: quoted("\(name): \(value)")) { route in
            route.settings.previewHeader = NamedValue(name: name.lowercased(), value: value)
        }
    }

    private static func cookie(_ name: String, _ value: String) -> Setting {
        Setting(key: "previewCookie", text: quoted("\(name)=\(value)")) { route in
            route.settings.previewCookie = NamedValue(name: name, value: value)
        }
    }

    private static func sticky(_ name: String) -> Setting {
        Setting(key: "stickyCookie", text: quoted(name)) { $0.settings.stickyCookie = name }
    }

    private static func both(_ sticky: String, _ preview: String) -> Setting {
        let text = "\(quoted(sticky)), previewCookie: \(quoted(preview + "=1"))"
        return Setting(key: "stickyCookie", text: text) { route in
            route.settings.stickyCookie = sticky
            route.settings.previewCookie = NamedValue(name: preview, value: "1")
        }
    }

    private static func path(_ path: String) -> Setting {
        Setting(key: "match", text: "[\(quoted(path))]") { route in
            route.matches = [RouteMatch(pathPrefix: path)]
        }
    }

    private static func upgrade(_ name: String) -> Setting {
        Setting(key: "upgrades", text: "[websocket, \(quoted(name))]") { route in
            route.settings.upgrades = ["websocket", name]
        }
    }

    private static let long = String(repeating: "x", count: 257)

    static let refused: [Setting] =
        [
            "Host", "Cookie", "Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding",
            "Content-Length", "Expect", "Upgrade", "Proxy", "Proxy-Authorization",
            "HTTP2-Settings", "Forwarded", "X-Forwarded-For", "X-Forwarded-Anything", "X-Real-IP",
            "X-Request-Id", "x_preview", "X-A_B", "a b", "", "ü", long,
        ].map { header($0, "yes") }
        + ["", long].map { header("X-Preview", $0) }
        + [
            ("p", ""), ("p", "a b"), ("p", "\"1\""), ("p", "a,b"), ("p", "a\\b"), ("p", "a;b"),
            ("p", "ü"), ("p", long), ("", "1"), ("a b", "1"), (long, "1"),
        ].map { cookie($0.0, $0.1) }
        + ["__Host-s", "__Secure-s", "__host-s", "__x", "a b", "a=b", "", long].map(sticky)
        + [both("same", "same")]
        + [
            "/a/..%2Fb", "/a/..%2fb", "/a/../b", "/..", "/.", "/%2e%2E/a", "/a/.%2e", "/a/%2e",
            "/a\\..\\b", "/a/..%5Cb", "/a%2f..%5c", "/a?b", "/a#b", "/a b", "/ü", "/a/", "//",
            "/" + String(repeating: "a", count: 1_024),
        ].map(path)
        + [
            "h2c", "H2C", "H2c", "h2c-14", "h2c/1", "H2", "http", "HTTP/2.0", "http/1.1", "h3",
            "WebSocket", "a b", "", "a,b", "ü",
        ].map(upgrade)

    static let taken: [Setting] =
        [
            ("X-Preview", "yes"), ("x-preview", "yes please"), ("Hostess", "1"), ("X-Real", "1"),
            ("Proxied", "1"), ("X-Forwarded", "\"1\""), ("Authorization", "Basic YTpi"),
            (String(long.dropLast()), "1"), ("X-Preview", String(long.dropLast())),
        ].map { header($0.0, $0.1) }
        + [("Preview", "1"), ("__Host-p", "yes"), ("p", "a=b"), (String(long.dropLast()), "1")]
        .map { cookie($0.0, $0.1) }
        + ["instance", "_s", "S", String(long.dropLast())].map(sticky)
        + [both("same", "Same")]
        + [
            "/", "/a", "/a.b", "/...", "/..a", "/.well-known", "/a//b", "/a%2fb", "/%2",
            "/" + String(repeating: "a", count: 1_023),
        ].map(path)
        + ["echo", "tls/1.0", "h2o", "https", "httpx/1"].map(upgrade)

    @Test(arguments: refused)
    func whatATableRefusesIsRefusedByValidate(setting: Setting) throws {
        #expect(refusal(setting.change) != nil)
        let result = manifest(setting)
        #expect(result.configuration == nil && result.errorCount == 1, "\(result.report)")
        let diagnostic = try #require(result.diagnostics.first)
        #expect(diagnostic.location?.line == 4)
        #expect(diagnostic.detail != nil || diagnostic.hint != nil)
    }

    @Test(arguments: taken)
    func whatValidateAcceptsATableMayHold(setting: Setting) throws {
        #expect(refusal(setting.change) == nil)
        let result = manifest(setting)
        let service = try #require(result.configuration?.services.first, "\(result.report)")
        let reason = refusal { route in
            route.settings = ProxySettings(service.route)
            route.matches = service.route.matches.map(RouteMatch.init)
        }
        #expect(reason == nil)
    }

    @Test(arguments: ["h2c", "H2C", "h2c-14"])
    func anUpgradeToAnotherHTTPIsRefusedWithItsReason(name: String) throws {
        let setting = Self.upgrade(name)
        let told = try #require(refusal(setting.change))
        let report = manifest(setting).report
        for text in [told, report] {
            #expect(text.contains(name) && text.contains("cannot be upgraded to"), "\(text)")
            #expect(text.contains("ehind its 101") && text.contains("smuggle"), "\(text)")
        }
    }
}
