import CutoverCore
import CutoverTestSupport
import Glibc
import Testing

@testable import CutoverDrivers

@Suite struct LogFileTests {
    @Test func rotationUnderAWriterKeepsLinesWholeAndFilesBounded() async throws {
        let limits = LogLimits(bytes: 200_000, files: 3, instances: 5)
        let bench = try RuntimeBench(limits: limits)
        let process = try await bench.start(
            "i=0; while :; do i=$((i+1)); echo line $i of the log; done"
        )
        for _ in 0..<5 {
            try await waitUntil("a log that is too long") {
                try bench.directory.size(of: process.logPath) > limits.bytes
            }
            await bench.runtime.rotateLogs()
            #expect(try bench.directory.mode(of: "\(process.logPath).1") == 0o600)
        }
        kill(process.processID, SIGSTOP)
        try await waitUntil("the writer to stand") {
            ProcessTable.stat(of: process.processID)?.state == UInt8(ascii: "T")
        }
        let names = try bench.directory.names(in: "logs/web")
        #expect(names == ["7-1-g1.log", "7-1-g1.log.1", "7-1-g1.log.2"])
        var last = 0
        for name in names.reversed() {
            for line in try #require(bench.directory.read("logs/web/\(name)")).split(
                separator: "\n"
            ) {
                let words = line.split(separator: " ")
                let number = try #require(
                    words.count == 5 ? Int(words[1]) : nil,
                    "\(name): \(line)"
                )
                #expect(number > last)
                last = number
            }
        }
        #expect(last > 5)
        try await bench.stopAll()
    }

    @Test func ofALogThatOutgrewItsLimitTheNewestLinesAreKept() throws {
        let directory = try TemporaryDirectory()
        let text = (1...1_000).map { "line \($0)\n" }.joined()
        let log = LogFile(path: try directory.write(text, to: "log"))
        #expect(try log.rotate(LogLimits(bytes: 1_000)))
        #expect(directory.read("log") == "")
        let kept = try #require(directory.read("log.1"))
        #expect(kept.hasPrefix("line ") && kept.hasSuffix("line 1000\n"))
        #expect((900...1_000).contains(kept.utf8.count))
        #expect(try !log.rotate(LogLimits(bytes: 1_000)))
    }

    @Test func theTailIsTheLastLinesAcrossARotation() throws {
        let directory = try TemporaryDirectory()
        try directory.write("1\n2\n3\n", to: "log.1")
        let current = LogFile(path: try directory.write("4\n5", to: "log"))
        #expect(current.tail(lines: 2) == ["4", "5"])
        #expect(current.tail(lines: 4) == ["2", "3", "4", "5"])
        #expect(current.tail(lines: 0) == [])
        #expect(LogFile(path: directory.file("none")).tail(lines: 3) == [])
    }

    @Test func theTailOfHostileOutputIsBounded() throws {
        let directory = try TemporaryDirectory()
        let long = String(repeating: "x", count: 3_000_000)
        let log = LogFile(path: try directory.write("first\n\(long)\nlast\n", to: "log"))
        let lines = log.tail(lines: 2)
        #expect(lines.count == 2)
        #expect(lines.last == "last")
        #expect(lines.allSatisfy { $0.utf8.count <= 4_096 })
    }

    @Test func aLinkIsNeverWrittenThrough() throws {
        let directory = try TemporaryDirectory()
        let target = try directory.write("mine", to: "target")
        symlink(target, directory.file("log"))
        let log = LogFile(path: directory.file("log"))
        #expect(throws: SystemError.self) { _ = try log.open().number }
        #expect(throws: SystemError.self) { try log.rotate(LogLimits(bytes: 1)) }
        #expect(directory.read("target") == "mine")
    }

    @Test func onlyTheNewestLogsOfGoneInstancesAreKept() async throws {
        let limits = LogLimits(bytes: 1_000, files: 3, instances: 2)
        let bench = try RuntimeBench(limits: limits)
        let living = try await bench.start("exec sleep 60", number: 1)
        for number in 2...12 {
            let process = try await bench.start("exec sleep 60", number: number)
            _ = try await bench.runtime.stop(process.id, grace: .seconds(20))
        }
        await bench.runtime.rotateLogs()
        let names = try bench.directory.names(in: "logs/web")
        #expect(names == ["7-1-g1.log", "7-11-g11.log", "7-12-g12.log"])
        #expect(living.logPath == bench.directory.file("logs/web/7-1-g1.log"))
        try await bench.stopAll()
    }
}
