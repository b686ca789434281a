import CutoverCore
import CutoverTestSupport
import CutoverWire
import Glibc
import Testing

@testable import CutoverDrivers

/// Instances that listen on Unix sockets.
@Suite struct SocketTests {
    /// Makes a file where it is told to listen, as a server does that dies without removing it.
    private static let script = "test ! -e $SOCKET && touch $SOCKET; (env; echo end) > out; "

    private func start(
        _ bench: RuntimeBench,
        _ ending: String = "exec sleep 60"
    ) async throws -> InstanceProcess {
        try await bench.start(
            bench.launch(
                ["sh", "-c", Self.script + ending],
                environment: ["AT": "${socket}", "ADDRESSED": "${address}", "P": "[${port}]"],
                endpoints: .sockets
            )
        )
    }

    private func path(of process: InstanceProcess) throws -> String {
        guard case .unix(let path) = process.address else {
            throw TookTooLong(description: "no socket: \(process.address)")
        }
        return path
    }

    private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    @Test func anInstanceGetsASocketOfItsOwnInAPrivateFolderAndNoPort() async throws {
        let bench = try RuntimeBench()
        let process = try await start(bench)
        let path = try path(of: process)
        #expect(path == "\(bench.directory.path)/run/7-1.sock")
        let lines = try await bench.lines(of: "out")
        #expect(lines.contains("SOCKET=\(path)") && lines.contains("AT=\(path)"))
        #expect(lines.contains("ADDRESSED=unix:\(path)"))
        #expect(lines.contains("P=[${port}]"))
        #expect(!lines.contains { $0.hasPrefix("PORT=") })
        var status = stat()
        #expect(lstat("\(bench.directory.path)/run", &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o700)
        try await bench.stopAll()
    }

    @Test func aSocketGoesWithItsInstanceAndNeverStandsInTheWayOfTheNext() async throws {
        let bench = try RuntimeBench()
        mkdir(bench.directory.file("run"), 0o700)
        try bench.directory.write("left by another", to: "run/7-1.sock")
        let process = try await start(bench)
        let path = try path(of: process)
        try await waitUntil("a socket of its own") { bench.directory.read("run/7-1.sock") == "" }
        kill(process.processID, SIGKILL)
        for await _ in bench.runtime.exits { break }
        #expect(!exists(path), "after a crash")
        let again = try await start(bench)
        #expect(again.address == process.address)
        try await waitUntil("the socket") { exists(path) }
        _ = try await bench.runtime.stop(again.id, grace: .zero)
        #expect(!exists(path), "after a stop")
    }

    @Test func theSocketOfAnInstanceThatEndedWithoutAnEngineIsRemoved() async throws {
        let bench = try RuntimeBench()
        var record = try await start(bench)
        _ = try await bench.lines(of: "out")
        _ = try await bench.runtime.stop(record.id, grace: .zero)
        try bench.directory.write("", to: "run/7-1.sock")
        try bench.directory.write("", to: "others.sock")
        let runtime = try bench.successor()
        guard case .gone = await runtime.adopt([record])[record.id] else {
            Issue.record("adopted a dead process")
            return
        }
        #expect(try !exists(path(of: record)))
        record.id.number = 2
        record.address = .unix(path: bench.directory.file("others.sock"))
        _ = await runtime.adopt([record])
        #expect(exists(bench.directory.file("others.sock")), "it is nobody's of ours")
    }

    @Test func aPathThatIsTooLongIsNamedBeforeAnythingStarts() async throws {
        let bench = try RuntimeBench()
        let name = String(repeating: "x", count: 107 - bench.directory.path.utf8.count)
        let long = bench.directory.file(name)
        mkdir(long, 0o700)
        let runtime = try ProcessRuntime(stateDirectory: long, clock: .test, logger: .quiet)
        let launch = bench.launch(["true"], endpoints: .sockets)
        let error = await #expect(throws: DriverError.self) {
            _ = try await runtime.start(launch) { _ in }
        }
        let bytes = "\(long)/run/7-1.sock".utf8.count
        #expect(error?.isRetryable == false)
        #expect(
            error?.message.contains("a path of \(bytes) bytes, and the system takes 107") == true
        )
        #expect(error?.message.contains("--state") == true)
    }

    @Test func aFolderThatOthersCanEnterIsRefused() async throws {
        let bench = try RuntimeBench()
        mkdir(bench.directory.file("run"), 0o700)
        chmod(bench.directory.file("run"), 0o755)
        let error = await #expect(throws: DriverError.self) { _ = try await start(bench) }
        #expect(error?.message.contains("nobody else can enter; try chmod 700") == true)
    }
}
