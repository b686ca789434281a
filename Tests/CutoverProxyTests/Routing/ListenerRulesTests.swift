import CutoverWire
import Testing

@testable import CutoverProxy

@Suite struct ListenerRulesTests {
    private let rules = ListenerRules([
        (number: 1, matches: [RouteMatch()]),
        (number: 2, matches: [RouteMatch(pathPrefix: "/api")]),
        (number: 3, matches: [RouteMatch(pathPrefix: "/api/v2")]),
        (number: 4, matches: [RouteMatch(host: "shop.example.com")]),
        (number: 5, matches: [RouteMatch(host: "shop.example.com", pathPrefix: "/cart")]),
        (number: 6, matches: [RouteMatch(host: "*.example.com")]),
        (number: 7, matches: [RouteMatch(host: "*.eu.example.com", pathPrefix: "/")]),
    ])

    private func route(_ host: String, _ path: String) -> UInt64? {
        rules.first(host: Array(host.utf8).span, path: Array(path.utf8).span)
            .map { rules.rules[$0].route }
    }

    private func isAmbiguous(_ path: String) -> Bool {
        ListenerRules.isAmbiguous(Array(path.utf8).span)
    }

    @Test func theMostExactMatchDecides() {
        let cases: [(String, String, UInt64)] = [
            ("other.org", "/", 1), ("other.org", "/api", 2), ("other.org", "/api/", 2),
            ("other.org", "/api/v2", 3), ("other.org", "/api/v2/x", 3), ("other.org", "/apis", 1),
            ("shop.example.com", "/", 4), ("shop.example.com", "/api", 4),
            ("shop.example.com", "/cart", 5), ("shop.example.com", "/cart/1", 5),
            ("a.example.com", "/cart", 6), ("a.b.example.com", "/", 6),
            ("a.eu.example.com", "/", 7), ("example.com", "/", 1), ("", "", 1),
        ]
        for (host, path, expected) in cases {
            #expect(route(host, path) == expected, "\(host)\(path)")
        }
    }

    @Test func caseAndPortAndTheLastDotOfAHostSayNothing() {
        for host in [
            "SHOP.Example.COM", "shop.example.com:8080", "shop.example.com.",
            "shop.example.com.:80",
        ] {
            #expect(route(host, "/") == 4, "\(host)")
        }
        // A name may hold bytes that differ from a letter in nothing but the bit of its case.
        #expect(route("shop\u{0e}example.com", "/") == 1)
        #expect(route("[::1]:80", "/") == 1)
    }

    @Test func withoutACatchAllSomeRequestsBelongToNobody() {
        let rules = ListenerRules([(number: 1, matches: [RouteMatch(host: "a.org")])])
        let found = rules.first(host: Array("b.org".utf8).span, path: Array("/".utf8).span)
        #expect(found == nil)
        #expect(!rules.claimsEverything)
    }

    @Test(arguments: [
        "/..", "/../", "/a/..", "/a/../b", "/./a", "/a/.", "/%2e%2e/a", "/a/%2E./b", "/a%2f..%2fb",
        "/a\\..\\b", "/a/%2e",
    ])
    func aSegmentOfDotsIsAmbiguous(path: String) {
        #expect(isAmbiguous(path))
    }

    @Test(arguments: [
        "/", "", "/a.b", "/...", "/..a", "/.well-known/x", "/a//b", "/a%2fb", "/a/%2",
    ])
    func otherDotsAreNot(path: String) {
        #expect(!isAmbiguous(path))
    }
}
