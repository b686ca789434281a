import CutoverWire
import Testing

@testable import CutoverProxy

/// Who gets requests when every instance looks bad.
@Suite final class LastGoodTests {
    private let port = freePort()
    private let upstreams: [String: UnixUpstream]
    private var clients: [TestSocket] = []

    init() throws {
        upstreams = try [
            "a": UnixUpstream(), "b": UnixUpstream(), "c": UnixUpstream(), "d": UnixUpstream(),
        ]
    }

    /// A side of instances, of which those that are healthy have a capital letter.
    private func side(_ instances: String, weight: Int = 1) throws -> ProxySide {
        let backends = try instances.map { letter in
            let name = letter.lowercased()
            return ProxyBackend(
                key: name,
                address: .unix(path: try #require(upstreams[name]).path),
                isHealthy: letter.isUppercase
            )
        }
        return ProxySide(name: instances, release: "", weight: weight, backends: backends)
    }

    /// Where the next requests go, which no instance answers and no client gives up.
    private func targets(_ count: Int, _ bench: LoopBench, port: UInt16? = nil) throws -> String {
        var result: [String] = []
        for _ in 0..<count {
            let before = bench.service.backends
            let client = try #require(TestSocket(port: port ?? self.port))
            clients.append(client)
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(bench.turns { bench.service.backends.total == before.total + 1 })
            let after = bench.service.backends
            result += zip(before, after).filter { $0.requests < $1.requests }.map(\.1.key)
        }
        return result.sorted().joined()
    }

    @Test func theLastGoodOnesAreUsedOnWhenAllLookBad() throws {
        let bench = try LoopBench()
        try bench.apply(.on(port, side("Ab")))
        #expect(try targets(3, bench) == "aaa")
        // However often the checks say so, and whoever joins them.
        for instances in ["ab", "ab", "abc"] {
            try bench.apply(.on(port, side(instances)))
            #expect(try targets(3, bench) == "aaa")
        }
        try bench.apply(.on(port, side("aBc")))
        #expect(try targets(3, bench) == "bbb")
        try bench.apply(.on(port, side("abc")))
        #expect(try targets(3, bench) == "bbb")
    }

    @Test func allAreUsedWhereNoneHasEverBeenGood() throws {
        let bench = try LoopBench()
        try bench.apply(.on(port, side("ab")))
        #expect(try targets(4, bench) == "aabb")
        try bench.apply(.on(port, side("abc")))
        #expect(try targets(2, bench) == "cc")
    }

    @Test func allAreUsedWhenTheLastGoodOnesHaveLeft() throws {
        let bench = try LoopBench()
        try bench.apply(.on(port, side("Abc")))
        #expect(try targets(1, bench) == "a")
        try bench.apply(.on(port, side("bc")))
        #expect(try targets(4, bench) == "bbcc")
        // Who was good before it left is not good when it comes back.
        try bench.apply(.on(port, side("abc")))
        #expect(try targets(1, bench) == "a")
        #expect(try targets(3, bench) == "abc")
    }

    /// A side without a healthy instance yields as long as another has one.
    @Test func theLastGoodOnesAreThoseOfAllSidesThatShare() throws {
        let bench = try LoopBench()
        try bench.apply(.on(port, side("Ab"), side("Cd")))
        #expect(try targets(4, bench) == "aacc")
        try bench.apply(.on(port, side("ab"), side("Cd")))
        #expect(try targets(4, bench) == "cccc")
        try bench.apply(.on(port, side("ab"), side("cd")))
        #expect(try targets(4, bench) == "cccc")
        try bench.apply(.on(port, side("Ab"), side("Cd")))
        try bench.apply(.on(port, side("ab"), side("cd")))
        #expect(try targets(4, bench) == "aacc")
    }

    /// The preview's side takes no request of the others, and so its health is its own.
    @Test func thePreviewHasItsOwnLastGoodOnes() throws {
        let bench = try LoopBench()
        let preview = freePort()
        for (live, tested) in [("AB", "Cd"), ("aB", "cd"), ("ab", "cd")] {
            try bench.apply(
                .on(port, preview: preview, side(live), side(tested, weight: 0), previewSide: 1)
            )
        }
        #expect(try targets(3, bench, port: preview) == "ccc")
        #expect(try targets(3, bench) == "bbb")
    }

    /// One of them that takes no connection is out for a moment only.
    @Test func theLastGoodOneIsTrustedAgain() throws {
        let bench = try LoopBench()
        var side = try side("ABc")
        try bench.apply(.on(port, side))
        for index in side.backends.indices { side.backends[index].isHealthy = false }
        side.backends[0].address = .unix(path: "/tmp/cutover-nobody-\(freePort())")
        try bench.apply(.on(port, side))
        let clients = try (0..<4).map { _ in
            let client = try #require(TestSocket(port: port))
            client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            return client
        }
        #expect(bench.turns { bench.service.backends[1].requests == 4 })
        #expect(bench.loop.routing.suspects.count == 1 && clients.count == 4)
        #expect(bench.service.backends[2].requests == 0)
        #expect(bench.turns { bench.loop.routing.suspects.isEmpty })
        let preferred = bench.loop.routing.backends.map(\.isPreferred)
        #expect(preferred == [true, true, false])
    }

    /// A cookie binds nobody to what was bad when others were good.
    @Test func aBoundClientGoesToTheLastGoodOnes() throws {
        let bench = try LoopBench()
        var settings = ProxySettings()
        settings.stickyCookie = "instance"
        try bench.apply(.on(port, side("Ab"), settings: settings))
        try bench.apply(.on(port, side("ab"), settings: settings))
        for (key, target) in [("b", 0), ("a", 0)] {
            let cookie = String(StickyCookie.identifier(of: key), radix: 16)
            let zeros = String(repeating: "0", count: 16 - cookie.utf8.count)
            let before = bench.service.backends[target].requests
            let client = try #require(TestSocket(port: port))
            client.send("GET / HTTP/1.1\r\nHost: x\r\nCookie: instance=\(zeros)\(cookie)\r\n\r\n")
            #expect(bench.turns { bench.service.backends[target].requests == before + 1 })
        }
        #expect(bench.service.backends[1].requests == 0)
    }
}

extension [ProxyBackendStats] {
    fileprivate var total: UInt64 { reduce(0) { $0 + $1.requests } }
}
