import CutoverWire
import Testing

@testable import CutoverProxy

/// The promise: not one request fails because of a switch, and none begins on the old side behind
/// it.
@Suite struct SwitchTests {
    private let port = freePort()

    /// Over fifty switches under load nothing fails, nothing begins late, and every count agrees.
    ///
    /// Both instances count what begins; a switch is judged between its answer and the next one.
    @Test(arguments: [1, 2]) func switchesUnderLoadFailNothingAndBeginNothingLate(
        threads: Int
    ) throws {
        let blue = ScriptedUpstream.answering("blue")
        let green = ScriptedUpstream.answering("green")
        defer {
            blue.stop()
            green.stop()
        }
        let proxy = try ProxyHarness(threads: threads)
        func apply(live: String) throws {
            try proxy.apply(
                .on(
                    port,
                    .of("blue", weight: live == "blue" ? 1 : 0, blue.port),
                    .of("green", weight: live == "green" ? 1 : 0, green.port)
                )
            )
        }
        try apply(live: "blue")
        let load = LoadClients(port: port, clients: 6)
        #expect(eventually { load.counts.total > 50 })
        for round in 0..<50 {
            let (live, old) = round % 2 == 0 ? ("green", "blue") : ("blue", "green")
            try apply(live: live)
            let begun = try proxy.backend(old + "-0").requests
            let before = load.counts.total
            #expect(try eventually { try proxy.backend(old + "-0").inFlight == 0 })
            #expect(eventually { load.counts.total > before + 20 })
            let stats = try proxy.backend(old + "-0")
            #expect(stats.requests == begun && stats.inFlight == 0)
            #expect(try proxy.backend(live + "-0").firstRequestAt != nil)
        }
        let counts = load.stop()
        #expect(counts.failures == [])
        for (name, upstream) in [("blue", blue), ("green", green)] {
            let stats = try proxy.backend(name + "-0")
            #expect(stats.requests == UInt64(counts.answers[name] ?? 0))
            #expect(upstream.requests.count == counts.answers[name])
            #expect(stats.retries == 0 && stats.failures.total == 0)
        }
    }

    @Test func aRequestThatRunsKeepsItsInstanceThroughASwitch() throws {
        let blue = ScriptedUpstream { upstream, socket, _ in
            guard upstream.readRequest(socket) != nil else { return }
            _ = eventually { upstream.requests.contains("answer") }
            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nblue")
            _ = socket.receive(count: 1)
        }
        let green = ScriptedUpstream.answering("green")
        defer {
            blue.stop()
            green.stop()
        }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, blue.port)))
        let old = try #require(TestSocket(port: port))
        old.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try eventually { try proxy.backend("blue-0").inFlight == 1 })
        try proxy.apply(
            .on(
                port,
                .of("blue", weight: 0, blue.port, isDraining: true),
                .of("green", weight: 1, green.port)
            )
        )
        let new = try #require(TestSocket(port: port))
        new.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(new.receiveResponse()?.body == "green")
        #expect(try proxy.backend("blue-0").inFlight == 1)

        // It counts on after the table has forgotten its instance, until it is over.
        try proxy.apply(.on(port, .of("green", weight: 1, green.port)))
        #expect(try proxy.backend("blue-0").inFlight == 1)
        blue.record("answer")
        let response = try #require(old.receiveResponse())
        #expect(response.body == "blue")
        #expect(response.head.contains("Connection: close\r\n"))
        #expect(
            try eventually {
                try !proxy.client.stats().services[0].backends.contains { $0.key == "blue-0" }
            }
        )
    }

    @Test func idleConnectionsToADrainingInstanceAreClosed() throws {
        let blue = ScriptedUpstream.answering("blue")
        let green = ScriptedUpstream.answering("green")
        defer {
            blue.stop()
            green.stop()
        }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, blue.port)))
        let socket = try #require(TestSocket(port: port))
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(socket.receiveResponse()?.body == "blue")
        #expect(blue.connectionCount == 1)
        try proxy.apply(
            .on(
                port,
                .of("blue", weight: 0, blue.port, isDraining: true),
                .of("green", weight: 1, green.port)
            )
        )
        #expect(eventually { blue.connectionCount == 0 })
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(socket.receiveResponse()?.body == "green")
    }

    /// As in a rolling batch: one instance of the side leaves, the other goes on.
    @Test func aDrainingInstanceOfALiveSideGetsNoNewRequest() throws {
        let leaving = ScriptedUpstream.answering("leaving")
        let staying = ScriptedUpstream.answering("staying")
        defer {
            leaving.stop()
            staying.stop()
        }
        let proxy = try ProxyHarness()
        var side = ProxySide.of("stable", weight: 1, leaving.port, staying.port)
        side.backends[0].isDraining = true
        side.backends[1].isHealthy = false
        try proxy.apply(.on(port, side))
        let socket = try #require(TestSocket(port: port))
        for _ in 0..<10 {
            socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(socket.receiveResponse()?.body == "staying")
        }
        #expect(try proxy.backend("stable-0").requests == 0)
    }

    @Test func whatIsLeftAtTheDrainsEndIsCutAndCounted() throws {
        let blue = ScriptedUpstream { upstream, socket, number in
            _ = upstream.readRequest(socket)
            if number == 0 { socket.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc") }
            _ = socket.receive(count: 1)
        }
        defer { blue.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, blue.port)))
        let streaming = try #require(TestSocket(port: port))
        streaming.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(streaming.receive(through: "abc") != nil)
        let waiting = try #require(TestSocket(port: port))
        waiting.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try eventually { try proxy.backend("blue-0").inFlight == 2 })
        #expect(try proxy.client.cut(["blue-0"], epoch: 1).count == 0)
        let leaving = ProxySide.of("blue", weight: 0, blue.port, isDraining: true)
        try proxy.apply(.on(port, leaving, .of("green", weight: 1, 1)))
        #expect(try proxy.client.cut(["blue-0", "unknown"], epoch: 1).count == 2)
        #expect(streaming.receiveToEnd() == "")
        #expect(waiting.receiveToEnd()?.hasPrefix("HTTP/1.1 503") == true)
        #expect(try proxy.settled("blue-0").failures.cut == 2)
    }

    @Test func sharesAreExactOverAnyHundredRequests() throws {
        let blue = ScriptedUpstream.answering("blue")
        let green = ScriptedUpstream.answering("green")
        defer {
            blue.stop()
            green.stop()
        }
        let proxy = try ProxyHarness(threads: 2)
        try proxy.apply(
            .on(port, .of("blue", weight: 80, blue.port), .of("green", weight: 20, green.port))
        )
        var bodies: [String] = []
        for _ in 0..<15 {
            let socket = try #require(TestSocket(port: port))
            for _ in 0..<20 {
                socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                bodies.append(try #require(socket.receiveResponse()).body)
            }
        }
        for start in 0...200 {
            #expect(bodies[start..<(start + 100)].filter { $0 == "green" }.count == 20)
        }
    }

    @Test func aSideWithoutAHealthyInstanceYieldsToAnotherWithWeight() throws {
        let blue = ScriptedUpstream.answering("blue")
        let green = ScriptedUpstream.answering("green")
        defer {
            blue.stop()
            green.stop()
        }
        let proxy = try ProxyHarness()
        func bodies() throws -> Set<String> {
            var bodies: Set<String> = []
            let socket = try #require(TestSocket(port: port))
            for _ in 0..<10 {
                socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                bodies.insert(try #require(socket.receiveResponse()).body)
            }
            return bodies
        }
        func side(_ name: String, _ weight: Int, _ port: UInt16, _ isHealthy: Bool) -> ProxySide {
            .of(name, weight: weight, port, isHealthy: isHealthy)
        }
        try proxy.apply(
            .on(port, side("blue", 50, blue.port, false), side("green", 50, green.port, true))
        )
        #expect(try bodies() == ["green"])
        try proxy.apply(
            .on(port, side("blue", 50, blue.port, false), side("green", 50, green.port, false))
        )
        // The one that was good last is used on.
        #expect(try bodies() == ["green"])
        try proxy.apply(
            .on(port, side("blue", 1, blue.port, false), side("green", 0, green.port, true))
        )
        #expect(try bodies() == ["blue"])
    }

    @Test func thePreviewReachesTheCandidateAndNothingElseDoes() throws {
        let blue = ScriptedUpstream.answering("blue")
        let green = ScriptedUpstream.answering("green")
        defer {
            blue.stop()
            green.stop()
        }
        let preview = freePort()
        let proxy = try ProxyHarness()
        func body(_ port: UInt16) throws -> String {
            let socket = try #require(TestSocket(port: port))
            socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            return try #require(socket.receiveResponse()).body
        }
        try proxy.apply(
            .on(
                port,
                preview: preview,
                .of("blue", weight: 1, blue.port),
                .of("green", weight: 0, green.port),
                previewSide: 1
            )
        )
        for _ in 0..<5 {
            #expect(try body(port) == "blue")
            #expect(try body(preview) == "green")
        }
        try proxy.apply(.on(port, preview: preview, .of("blue", weight: 1, blue.port)))
        #expect(try body(preview) == "There is no candidate to preview.\n")
        try proxy.apply(.on(port, .of("blue", weight: 1, blue.port)))
        #expect(TestSocket(port: preview) == nil)
        #expect(try body(port) == "blue")
    }

    @Test func theLeastLoadedInstanceIsChosen() throws {
        let slow = ScriptedUpstream { upstream, socket, _ in
            _ = upstream.readRequest(socket)
            _ = socket.receive(count: 1)
        }
        let quick = ScriptedUpstream.answering("quick")
        defer {
            slow.stop()
            quick.stop()
        }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, slow.port, quick.port)))
        let stuck = try #require(TestSocket(port: port))
        stuck.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try eventually { try proxy.backend("blue-0").inFlight == 1 })
        let socket = try #require(TestSocket(port: port))
        for _ in 0..<10 {
            socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(socket.receiveResponse()?.body == "quick")
        }
    }
}
