import CutoverCore
import CutoverTestSupport
import Foundation
import Glibc
import Testing

@testable import CutoverDrivers
@testable import CutoverWire

@Suite struct EmbeddedRouterTests {
    @Test func theNextRouterAdoptsTheProxyOfTheFirst() async throws {
        let bench = try RouterBench()
        let started = try await bench.router().start()
        #expect(!started.isAdopted)
        let router = bench.router()
        let adopted = try await router.start()
        #expect(adopted.isAdopted)
        #expect(adopted.processID == started.processID)
        #expect(adopted.startedAt == started.startedAt)
        try await router.stop(grace: .zero)
        #expect(!isRunning(started.processID))
        await #expect(throws: DriverError.self) { try await router.status() }
    }

    @Test func anAppliedTableIsLive() async throws {
        let bench = try RouterBench()
        let server = try await CannedServer.start(status: "200 OK")
        let router = bench.router()
        _ = try await router.start()
        try await router.apply(bench.table(1, server.address))
        let status = try await router.status()
        #expect(status.generation == 1)
        #expect(status.table == bench.table(1, server.address))
        #expect(await bench.request() == "200")
        let stats = try await router.stats()
        #expect(stats.services.first?.backends.first?.requests == 1)
        try await router.stop(grace: .zero)
    }

    @Test func aRefusedTableIsNotRetriedAndChangesNothing() async throws {
        let bench = try RouterBench()
        let router = bench.router()
        _ = try await router.start()
        let address = SocketAddress.ipv4(host: "127.0.0.1", port: 9)
        try await router.apply(bench.table(5, address))
        do throws(DriverError) {
            try await router.apply(bench.table(4, address))
            Issue.record("an older table was taken")
        } catch {
            #expect(error.driver == "proxy" && error.operation == "apply")
            #expect(error.endpoint == bench.directory.file("proxy.sock"))
            #expect(!error.isRetryable && !error.mayHaveBeenApplied)
        }
        #expect(try await router.status().generation == 5)
        try await router.stop(grace: .zero)
    }

    @Test func aKilledProxyIsStartedAgainWithItsTable() async throws {
        let bench = try RouterBench()
        let server = try await CannedServer.start(status: "200 OK")
        let router = bench.router()
        let first = try await router.start()
        try await router.apply(bench.table(3, server.address))
        kill(first.processID, SIGKILL)
        var events = router.events.makeAsyncIterator()
        #expect(await events.next() == .exited(.signalled(SIGKILL)))
        guard case .restarted(let second) = await events.next() else {
            Issue.record("not restarted")
            return
        }
        #expect(second.generation == 3)
        #expect(second.processID != first.processID)
        #expect(await bench.request() == "200")
        try await router.stop(grace: .zero)
    }

    @Test func aProxyThatLostItsTableGetsItAgain() async throws {
        let bench = try RouterBench()
        let server = try await CannedServer.start(status: "200 OK")
        let router = bench.router()
        let first = try await router.start()
        try await router.apply(bench.table(3, server.address))
        unlink(bench.directory.file("proxy.table"))
        kill(first.processID, SIGKILL)
        for await event in router.events {
            if case .restarted(let status) = event {
                #expect(status.generation == 3)
                break
            }
        }
        #expect(await bench.request() == "200")
        try await router.stop(grace: .zero)
    }

    /// The engine is told of the proxy all the same, so that the other services get their routes.
    @Test func aProxyWhoseAddressWasTakenMeanwhileIsStillReported() async throws {
        let bench = try RouterBench()
        let server = try await CannedServer.start(status: "200 OK")
        let router = bench.router()
        let first = try await router.start()
        try await router.apply(bench.table(3, server.address))
        unlink(bench.directory.file("proxy.table"))
        await router.keepNoListeners()
        let thief = try Listener(sharing: bench.port)
        kill(first.processID, SIGKILL)
        var events = router.events.makeAsyncIterator()
        #expect(await events.next() == .exited(.signalled(SIGKILL)))
        guard case .restarted(let second) = await events.next() else {
            Issue.record("not restarted")
            return
        }
        #expect(second.generation == 0 && second.table == nil)
        withExtendedLifetime(thief) {}
        try await router.stop(grace: .zero)
    }

    @Test func aDrainEndsWhenNothingIsInFlight() async throws {
        let bench = try RouterBench()
        let silent = try await CannedServer.start("", then: .stayOpen)
        let router = bench.router()
        _ = try await router.start()
        try await router.apply(bench.table(1, silent.address))
        let now = DriverClock.test.now()
        let idle = try await router.drain(["key"], deadline: now + .seconds(60))
        #expect(idle == DrainReport(cut: 0))

        let client = Task { await bench.request() }
        try await waitUntil("the request to be in flight") { !silent.requests.isEmpty }
        try await router.apply(bench.table(2, silent.address, isDraining: true))
        let cut = try await router.drain(
            ["key"],
            deadline: DriverClock.test.now() + .milliseconds(100)
        )
        #expect(cut.cut == 1 && cut.requests.map(\.key) == ["key"])
        #expect(cut.requests.map(\.method) == ["GET"] && cut.requests.map(\.kind) == [.waiting])
        #expect(await client.value != "200")
        let after = try await router.drain(["key", "unknown"], deadline: DriverClock.test.now())
        #expect(after == DrainReport(cut: 0))
        try await router.stop(grace: .zero)
    }

    @Test func aDrainThatCannotCutIsNoSuccess() async throws {
        let bench = try RouterBench()
        let silent = try await CannedServer.start("", then: .stayOpen)
        let router = bench.router()
        _ = try await router.start()
        try await router.apply(bench.table(1, silent.address))
        let client = Task { await bench.request() }
        try await waitUntil("the request to be in flight") { !silent.requests.isEmpty }
        do throws(DriverError) {
            // Still in rotation, so that the proxy cuts nothing on it.
            let report = try await router.drain(["key"], deadline: DriverClock.test.now())
            Issue.record("\(report)")
        } catch {
            #expect(error.message.hasPrefix("1 requests are in flight"), "\(error)")
            #expect(error.isRetryable && !error.mayHaveBeenApplied)
        }
        try await router.stop(grace: .zero)
        _ = await client.value
    }

    @Test func anEngineThatLostItsLeaseCutsAndStopsNothing() async throws {
        let bench = try RouterBench()
        let router = bench.router(epoch: 2)
        let started = try await router.start()
        var table = bench.table(1, .ipv4(host: "127.0.0.1", port: 9))
        table.epoch = 2
        try await router.apply(table)
        let former = bench.router(epoch: 1)
        _ = try await former.start()
        await #expect(throws: DriverError.self) { try await former.cut(["key"]) }
        await #expect(throws: DriverError.self) { try await former.stop(grace: .zero) }
        #expect(isRunning(started.processID))
        #expect(try await router.cut(["key"]).count == 0)
        try await router.stop(grace: .zero)
    }

    /// A tunnel keeps the proxy that was told to end for as long as its grace.
    @Test func aProxyThatIsToldToEndIsFollowedWithoutARefusedConnection() async throws {
        let bench = try RouterBench()
        let silent = try await CannedServer.start("", then: .stayOpen)
        let server = try await CannedServer.start(status: "200 OK")
        let router = bench.router()
        let first = try await router.start()
        try await router.apply(bench.table(1, silent.address))
        let held = Task { await bench.request() }
        try await waitUntil("the request to be in flight") { !silent.requests.isEmpty }
        var second = bench.table(2, server.address)
        second.routes[0].sides[0].backends[0].key = "next"
        try await router.apply(second)

        kill(first.processID, SIGTERM)
        var statuses: Set<String> = []
        try await waitUntil("another proxy to answer") {
            statuses.insert(await bench.request())
            _ = try? await router.stats()
            let status = try? await router.status()
            return status?.generation == 2 && status?.processID != first.processID
        }
        statuses.insert(await bench.request())
        #expect(statuses == ["200"])
        #expect(isRunning(first.processID))
        // Nothing is in flight on the proxy that answers, and yet the drain is not over.
        let now = DriverClock.test.now()
        let report = try await router.drain(["key"], deadline: now + .milliseconds(100))
        #expect(DriverClock.test.now() >= now + .milliseconds(100))
        #expect(report == DrainReport(cut: 0))
        try await router.stop(grace: .zero)
        #expect(!isRunning(first.processID))
        #expect(await held.value != "200")
    }

    /// The engine reads no counters of a proxy that has been replaced.
    @Test func whatFailsOnAProxyThatWasReplacedIsReportedWithItsEnd() async throws {
        let bench = try RouterBench()
        let silent = try await CannedServer.start("", then: .stayOpen)
        let router = bench.router()
        let first = try await router.start()
        try await router.apply(bench.table(1, silent.address))
        let held = Task { await bench.request() }
        try await waitUntil("the request to be in flight") { !silent.requests.isEmpty }
        kill(first.processID, SIGTERM)
        var events = router.events.makeAsyncIterator()
        try await waitUntil("another proxy to answer") {
            _ = try? await router.stats()
            let status = try? await router.status()
            return status.map { $0.processID != first.processID } ?? false
        }
        guard case .restarted = await events.next() else {
            Issue.record("no other proxy was started")
            return
        }
        silent.hangUp()
        #expect(await events.next() == .failedLeaving(.exited(code: ProxyExit.failedUncounted)))
        #expect(await held.value == "502")
        let log = try String(contentsOfFile: bench.directory.file("proxy.log"), encoding: .utf8)
        #expect(log.contains("1 request had failed that no engine has counted"), "\(log)")
        try await router.stop(grace: .zero)
    }

    /// Its end says nothing, so the next that is heard of is the death of the other one.
    @Test func aReplacedProxyThatFinishedAllIsNotReported() async throws {
        let bench = try RouterBench()
        let server = try await CannedServer.start(status: "200 OK")
        let router = bench.router()
        let first = try await router.start()
        try await router.apply(bench.table(1, server.address))
        kill(first.processID, SIGTERM)
        var events = router.events.makeAsyncIterator()
        try await waitUntil("another proxy to answer") {
            _ = try? await router.stats()
            let status = try? await router.status()
            return status.map { $0.processID != first.processID } ?? false
        }
        guard case .restarted(let second) = await events.next() else {
            Issue.record("no other proxy was started")
            return
        }
        try await waitUntil("the end of the first proxy") { !isRunning(first.processID) }
        kill(second.processID, SIGKILL)
        #expect(await events.next() == .exited(.signalled(SIGKILL)))
        try await router.stop(grace: .zero)
    }

    @Test func aCancelledDrainCutsNothing() async throws {
        let bench = try RouterBench()
        let silent = try await CannedServer.start("", then: .stayOpen)
        let router = bench.router()
        _ = try await router.start()
        try await router.apply(bench.table(1, silent.address))
        let client = Task { await bench.request() }
        try await waitUntil("the request to be in flight") { !silent.requests.isEmpty }
        let drain = Task {
            try await router.drain(["key"], deadline: DriverClock.test.now() + .seconds(60))
        }
        drain.cancel()
        await #expect(throws: DriverError.self) { try await drain.value }
        #expect(try await router.stats().services.first?.backends.first?.inFlight == 1)
        try await router.stop(grace: .zero)
        _ = await client.value
    }

    /// An upgrade may have replaced it, or be about to.
    @Test func theImageIsRunWhateverLiesWhereTheProgramWas() async throws {
        let bench = try RouterBench()
        let router = bench.router(executable: "/gone/cutover", image: RouterBench.executable)
        let proxy = try await router.start()
        let line = try String(contentsOfFile: "/proc/\(proxy.processID)/cmdline", encoding: .utf8)
        #expect(line.hasPrefix("/gone/cutover\0proxy\0"))
        let name = try String(contentsOfFile: "/proc/\(proxy.processID)/comm", encoding: .utf8)
        #expect(name == "cutover\n")
        try await router.stop(grace: .zero)
    }

    @Test func aProxyThatCannotStartSaysWhy() async throws {
        let bench = try RouterBench()
        try bench.directory.write(
            "#!/bin/sh\necho no luck >&2\nexit 9\n",
            to: "broken",
            mode: 0o700
        )
        for (executable, words) in [
            "/nowhere/cutover": "cannot run /nowhere/cutover: No such file or directory (errno 2)",
            bench.directory.file("broken"): "the proxy ended with exit status 9: no luck",
        ] {
            do throws(DriverError) {
                _ = try await bench.router(executable: executable).start()
                Issue.record("started \(executable)")
            } catch {
                #expect(error.message == words)
                #expect(error.operation == "start" && !error.mayHaveBeenApplied)
            }
        }
    }

    @Test func everyFailureOfTheClientSaysWhetherItMayHaveBeenApplied() {
        let kinds: [(ProxyClientError.Kind, isRetryable: Bool)] = [
            (.notRunning, true), (.connection, true), (.timedOut, true), (.answerInvalid, false),
            (.answerUnexpected, false), (.refused, false),
        ]
        for (kind, isRetryable) in kinds {
            for mayHaveBeenApplied in [false, true] {
                let error = DriverError(
                    ProxyClientError(
                        kind: kind,
                        socketPath: "/s",
                        detail: "why",
                        mayHaveBeenApplied: mayHaveBeenApplied
                    ),
                    "apply"
                )
                #expect(error.isRetryable == isRetryable)
                #expect(error.mayHaveBeenApplied == mayHaveBeenApplied)
                #expect(error.isAbsence == (kind == .notRunning))
                #expect(
                    error.description.hasPrefix("proxy: apply /s: ")
                        && error.message.hasSuffix(": why")
                )
            }
        }
    }
}
