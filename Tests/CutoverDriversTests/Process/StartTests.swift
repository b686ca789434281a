import CutoverCore
import CutoverTestSupport
import Glibc
import Synchronization
import Testing

@testable import CutoverDrivers

@Suite struct StartTests {
    @Test func aCommandGetsItsVariablesAndNothingElseOfTheEngines() async throws {
        let bench = try RuntimeBench()
        try bench.directory.write("FROM_FILE=file\nPORT=1\nBOTH=file\n", to: "env")
        let script =
            "pwd > out; echo \"$0 $1\" >> out; env | sort >> out; echo end >> out; sleep 60"
        let process = try await bench.start(
            bench.launch(
                ["sh", "-c", script, "${release}:${slot}", "${port} ${instance} ${other}"],
                environment: ["URL": "http://x:${port}/", "BOTH": "manifest"],
                environmentFile: bench.directory.file("env")
            )
        )
        let lines = try await bench.lines(of: "out")
        #expect(lines[0] == bench.directory.path)
        #expect(lines[1] == "v42:green \(process.port) g1 ${other}")
        let expected = [
            "BOTH=manifest", "CUTOVER_PROCESS=\(process.token)", "FROM_FILE=file", "INSTANCE=g1",
            "LANG=C", "LC_TIME=C", "PATH=/usr/bin:/bin", "PORT=\(process.port)", "RELEASE=v42",
            "SLOT=green", "URL=http://x:\(process.port)/",
        ]
        // The shell adds PWD and the like of its own.
        let own = ["PWD=", "OLDPWD=", "SHLVL=", "_="]
        let variables = lines.dropFirst(2).filter { line in !own.contains { line.hasPrefix($0) } }
        #expect(variables == expected)
        try await bench.stopAll()
    }

    @Test func aProcessHasItsOwnSessionAndOnlyTheStandardDescriptors() async throws {
        let bench = try RuntimeBench()
        let script = "(readlink /proc/$$/fd/*; echo end) > out"
        let process = try await bench.start("\(script); exec sleep 60")
        let lines = try await bench.lines(of: "out")
        #expect(lines == ["/dev/null", process.logPath, process.logPath])
        let stat = try #require(ProcessTable.stat(of: process.processID))
        #expect(stat.session == process.processID)
        #expect(stat.startTime == process.startTime)
        try await bench.stopAll()
    }

    @Test func aSecondStartFindsTheFirst() async throws {
        let bench = try RuntimeBench()
        async let first = bench.start("exec sleep 60")
        async let second = bench.start("exec sleep 60")
        #expect(try await first == second)
        #expect(try await bench.start("exec sleep 60") == first)
        #expect(bench.records.count == 1)
        try await bench.stopAll()
    }

    @Test func theRecordIsWrittenBeforeTheProgramRuns() async throws {
        let bench = try RuntimeBench()
        let launch = bench.launch(["sh", "-c", "echo end > ran; exec sleep 60"])
        let seen = Mutex<InstanceProcess?>(nil)
        let process = try await bench.runtime.start(launch) { process in
            try await waitUntil("the process to sleep in its own session") {
                let stat = ProcessTable.stat(of: process.processID)
                return stat?.session == process.processID && stat?.state == UInt8(ascii: "S")
            }
            #expect(try executable(of: process.processID) == executable(of: getpid()))
            #expect(bench.directory.read("ran") == nil)
            seen.withLock { $0 = process }
        }
        #expect(seen.withLock(\.self) == process)
        _ = try await bench.lines(of: "ran")
        try await bench.stopAll()
    }

    @Test func anInstanceThatCannotBeRecordedNeverRuns() async throws {
        struct DiskFull: Error {}
        let bench = try RuntimeBench()
        let processID = Mutex<Int32>(0)
        let launch = bench.launch(["sh", "-c", "echo end > ran"])
        await #expect(throws: DriverError.self) {
            _ = try await bench.runtime.start(launch) { process in
                processID.withLock { $0 = process.processID }
                throw DiskFull()
            }
        }
        #expect(!isRunning(processID.withLock(\.self)))
        #expect(bench.directory.read("ran") == nil)
        #expect(await bench.runtime.list().isEmpty)
    }

    @Test func aRestartKeepsThePortAndTheLog() async throws {
        let bench = try RuntimeBench()
        let first = try await bench.start("echo one; exit 3")
        for await exit in bench.runtime.exits {
            #expect(exit.process == first)
            #expect(exit.status == .exited(code: 3))
            break
        }
        #expect(await bench.runtime.inspect(first.id)?.state == .exited(.exited(code: 3)))
        let second = try await bench.start("echo two; exec sleep 60")
        #expect(second.address == first.address)
        #expect(second.processID != first.processID)
        try await waitUntil("both lines") {
            await bench.runtime.logTail(of: first.id, lines: 10) == ["one", "two"]
        }
        try await bench.stopAll()
    }

    @Test func theLogIsReadableByItsOwnerOnly() async throws {
        let bench = try RuntimeBench()
        let process = try await bench.start("exec sleep 60")
        let mode = try bench.directory.mode(of: process.logPath)
        #expect(mode == 0o600)
        try await bench.stopAll()
    }

    @Test func manyStartsAndStopsLeakNoDescriptor() async throws {
        let bench = try RuntimeBench()
        let before = try openDescriptors()
        for number in 1...150 {
            let process = try await bench.start("exec sleep 60", number: number)
            _ = try await bench.runtime.stop(process.id, grace: .seconds(5))
        }
        // Other tests run beside this one, so the counts are not exact; a leak would be 150.
        for (kind, count) in try openDescriptors() {
            #expect(count < before[kind, default: 0] + 100, "\(kind)")
        }
    }
}
