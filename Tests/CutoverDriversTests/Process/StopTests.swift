import CutoverCore
import CutoverTestSupport
import Glibc
import Testing

@testable import CutoverDrivers

@Suite struct StopTests {
    @Test func aProcessThatObeysEndsBySigterm() async throws {
        let bench = try RuntimeBench()
        let process = try await bench.start("exec sleep 60")
        let exit = try await bench.runtime.stop(process.id, grace: .seconds(20))
        #expect(exit?.status == .signalled(SIGTERM))
        #expect(!isRunning(process.processID))
        #expect(await bench.runtime.inspect(process.id) == nil)
    }

    @Test func aProcessThatIgnoresSigtermIsKilledAfterTheGrace() async throws {
        let bench = try RuntimeBench()
        let process = try await bench.start(
            "trap '' TERM; echo end > ready; while :; do sleep 60; done"
        )
        _ = try await bench.lines(of: "ready")
        let exit = try await bench.runtime.stop(process.id, grace: .milliseconds(100))
        #expect(exit?.status == .signalled(SIGKILL))
    }

    @Test func aStoppedProcessIsContinuedSoThatItCanEnd() async throws {
        let bench = try RuntimeBench()
        let process = try await bench.start(
            "trap 'echo bye; exit 4' TERM; echo end > ready; kill -STOP $$; exec sleep 60"
        )
        try await waitUntil("the process to be stopped") {
            ProcessTable.stat(of: process.processID)?.state == UInt8(ascii: "T")
        }
        let exit = try await bench.runtime.stop(process.id, grace: .seconds(20))
        #expect(exit?.status == .exited(code: 4))
    }

    @Test func childrenGetTheGraceToo() async throws {
        let bench = try RuntimeBench()
        // The leader ends at once; its child takes a moment to finish what it does.
        let child =
            "trap 'sleep 0.3; echo end > finished; exit 0' TERM; echo end > ready; sleep 60 & wait"
        let process = try await bench.start("sh -c \"\(child)\" & trap 'exit 0' TERM; wait")
        _ = try await bench.lines(of: "ready")
        _ = try await bench.runtime.stop(process.id, grace: .seconds(20))
        #expect(bench.directory.read("finished") == "end\n")
    }

    @Test func nothingIsLeftOfATreeThatIgnoresSigterm() async throws {
        let bench = try RuntimeBench()
        let stubborn = "trap '' TERM; echo \\$\\$ >> ids; while :; do sleep 60; done"
        let script = """
            sh -c "\(stubborn)" &
            setsid sh -c "\(stubborn)" &
            (setsid sh -c "\(stubborn)" &) &
            exec sleep 60
            """
        let process = try await bench.start(script)
        let ids = try await value(of: "three children") {
            let ids = bench.directory.read("ids")?.split(separator: "\n").compactMap { Int32($0) }
            return ids?.count == 3 ? ids : nil
        }
        _ = try await bench.runtime.stop(process.id, grace: .milliseconds(50))
        #expect(ids.filter(isRunning) == [])
    }

    @Test func aStopThatWasAskedForIsNoExit() async throws {
        let bench = try RuntimeBench()
        let stopped = try await bench.start("exec sleep 60", number: 1)
        _ = try await bench.runtime.stop(stopped.id, grace: .seconds(20))
        let crashed = try await bench.start("exit 1", number: 2)
        for await exit in bench.runtime.exits {
            #expect(exit.process == crashed)
            break
        }
    }

    @Test func aCrashOfTheLeaderEndsItsChildren() async throws {
        let bench = try RuntimeBench()
        let process = try await bench.start("sleep 60 & echo $! > ids; wait")
        let child = try await value(of: "the child's ID") {
            bench.directory.read("ids").flatMap { Int32($0.dropLast()) }
        }
        kill(process.processID, SIGKILL)
        for await exit in bench.runtime.exits {
            #expect(exit.status == .signalled(SIGKILL))
            break
        }
        #expect(!isRunning(child))
    }

    @Test func stoppingTwiceAtOnceAndAgainIsOneStop() async throws {
        let bench = try RuntimeBench()
        let process = try await bench.start("exec sleep 60")
        async let first = bench.runtime.stop(process.id, grace: .seconds(20))
        async let second = bench.runtime.stop(process.id, grace: .seconds(20))
        let exits = try await [first, second].compactMap(\.self)
        #expect(exits.allSatisfy { $0.status == .signalled(SIGTERM) })
        #expect(!exits.isEmpty)
        #expect(try await bench.runtime.stop(process.id, grace: .zero) == nil)
    }
}
