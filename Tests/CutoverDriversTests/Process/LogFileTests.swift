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
        #expect(try log.rotate(LogLimits(bytes: 1_000)) == .rotated)
        #expect(directory.read("log") == "")
        let kept = try #require(directory.read("log.1"))
        #expect(kept.hasPrefix("line ") && kept.hasSuffix("line 1000\n"))
        #expect((900...1_000).contains(kept.utf8.count))
        #expect(try log.rotate(LogLimits(bytes: 1_000)) == .notNeeded)
    }

    @Test(.enabled(if: mayMount, "a small file system of its own needs the right to mount"))
    func onAFullDiskOldPartsMakeRoomAndTheLogNeverGrowsOn() throws {
        let directory = try TemporaryDirectory()
        try #require(Self.mountSmall(at: directory.path))
        defer { umount2(directory.path, Int32(MNT_DETACH)) }
        func text(_ mark: String) -> String { String(repeating: mark + "\n", count: 50_000) }
        let limits = LogLimits(bytes: 1_000)
        try directory.write(text("oldest"), to: "log.2")
        try directory.write(text("older"), to: "log.1")
        let log = LogFile(path: try directory.write(text("newest"), to: "log"))
        // 1 MiB holds all of that, but no copy.
        #expect(try log.rotate(LogLimits(bytes: 300_000)) == .rotated)
        #expect(directory.read("log") == "")
        #expect(directory.read("log.1") == text("newest"))
        #expect(directory.read("log.2") == text("older"))

        try directory.write(String(repeating: "last\n", count: 60_000), to: "log")
        try directory.write(text("other"), to: "log.1")
        unlink(directory.file("log.2"))
        let filler = open(directory.file("filler"), O_WRONLY | O_CREAT, 0o600)
        let bytes = [UInt8](repeating: 1, count: 4_096)
        while write(filler, bytes, bytes.count) > 0 {}
        // As if another program took the space that the older part leaves.
        unlink(directory.file("log.1"))
        while write(filler, bytes, bytes.count) > 0 {}
        close(filler)
        #expect(try log.rotate(limits) == .discarded(SystemError(code: ENOSPC)))
        #expect(try directory.names(in: ".") == ["filler", "log"])
        #expect(directory.read("log") == "")
    }

    /// Whether this process may mount at all, tried once.
    private static let mayMount: Bool = {
        guard let directory = try? TemporaryDirectory(), mountSmall(at: directory.path) else {
            return false
        }
        return umount2(directory.path, Int32(MNT_DETACH)) == 0
    }()

    private static func mountSmall(at path: String) -> Bool {
        mount("tmpfs", path, "tmpfs", 0, "size=1m,mode=0700") == 0
    }

    @Test func rotationsNeverOverlap() async throws {
        let bench = try RuntimeBench(limits: LogLimits(bytes: 10_000_000, files: 50))
        let process = try await bench.start("yes | head -c 20000000; exec sleep 60")
        try await waitUntil("a long log") {
            try bench.directory.size(of: process.logPath) == 20_000_000
        }
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { await bench.runtime.rotateLogs() }
            }
        }
        let names = try bench.directory.names(in: "logs/web")
        #expect(names == ["7-1-g1.log", "7-1-g1.log.1"])
        try await bench.stopAll()
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
