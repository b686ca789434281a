import CutoverCore
import CutoverTestSupport
import Glibc
import Synchronization
import Testing

@testable import CutoverDrivers

@Suite struct StartFaultTests {
    /// What a start that fails says.
    private func fault(_ bench: RuntimeBench, _ launch: InstanceLaunch) async throws -> DriverError
    {
        do throws(DriverError) {
            _ = try await bench.runtime.start(launch) { _ in }
        } catch {
            #expect(error.driver == "process" && error.operation == "start")
            #expect(error.endpoint == "g1" && !error.mayHaveBeenApplied)
            #expect(await bench.runtime.list().isEmpty)
            return error
        }
        Issue.record("started although it should not")
        throw TookTooLong(description: "no fault")
    }

    @Test func aCommandThatCannotRunIsNamedWithTheReason() async throws {
        let bench = try RuntimeBench()
        let path = bench.directory.path
        try bench.directory.write("echo hello", to: "plain", mode: 0o600)
        try bench.directory.write("hello\n", to: "text", mode: 0o700)
        try bench.directory.write("#!/nowhere/sh\n", to: "script", mode: 0o700)
        let expected = [
            ["no-such-command"]: "there is no command no-such-command in PATH (/usr/bin:/bin)",
            ["./missing"]:
                "cannot run \(path)/./missing: No such file or directory (errno 2)",
            ["\(path)/plain"]:
                """
            cannot run \(path)/plain: it is not executable: Permission denied (errno 13); \
            try chmod +x
            """,
            ["./"]: "cannot run \(path)/./: it is not a file",
            ["./text"]:
                "cannot run \(path)/./text: it is neither a program nor a script with a #! line",
            ["./script"]:
                """
            cannot run \(path)/./script: it, or the interpreter of its #! line, is missing: \
            No such file or directory (errno 2)
            """,
            ["sh", "a\0b"]: "the command or its environment has a NUL character",
        ]
        for (command, message) in expected {
            let error = try await fault(bench, bench.launch(command))
            #expect(error.message == message)
            #expect(!error.isRetryable)
        }
    }

    /// A child that is stopped at its gate behaves like one whose exec(2) hangs.
    @Test func aProgramThatHangsInItsStartHoldsUpNothingElse() async throws {
        let bench = try RuntimeBench()
        let hanging = Mutex<InstanceProcess?>(nil)
        let start = Task {
            try await bench.runtime.start(bench.launch(["sleep", "60"])) { process in
                kill(process.processID, SIGSTOP)
                hanging.withLock { $0 = process }
            }
        }
        let process = try await value(of: "the process") { hanging.withLock(\.self) }
        let other = try await bench.start("exec sleep 60", number: 2)
        #expect(await bench.runtime.list() == [other])
        _ = try await bench.runtime.stop(other.id, grace: .zero)
        kill(process.processID, SIGCONT)
        #expect(try await start.value == process)
        try await bench.stopAll()
    }

    @Test func aProgramThatDoesNotStartInTimeIsGivenUp() async throws {
        let bench = try RuntimeBench(startLimit: .milliseconds(200))
        let hanging = Mutex<InstanceProcess?>(nil)
        let launch = bench.launch(["sleep", "60"])
        do throws(DriverError) {
            _ = try await bench.runtime.start(launch) { process in
                kill(process.processID, SIGSTOP)
                hanging.withLock { $0 = process }
            }
            Issue.record("started")
        } catch {
            #expect(error.message.contains("did not start in 200ms"), "\(error)")
            #expect(error.isRetryable)
        }
        let known = hanging.withLock(\.self)
        let process = try #require(known)
        try await waitUntil("its end") { !isRunning(process.processID) }
        #expect(await bench.runtime.list().isEmpty)
    }

    @Test func aDirectoryThatCannotBeUsedIsNamed() async throws {
        let bench = try RuntimeBench()
        try bench.directory.write("", to: "file")
        let gone = bench.directory.file("gone")
        let missing = try await fault(bench, bench.launch(["true"], directory: gone))
        let noEntry = "No such file or directory (errno 2)"
        #expect(missing.message == "the working directory \(gone) cannot be used: \(noEntry)")
        let file = bench.directory.file("file")
        let notOne = try await fault(bench, bench.launch(["true"], directory: file))
        #expect(notOne.message == "the working directory \(file) is not a directory")
    }

    @Test func faultsOfTheEnvironmentFileAreNamedByLine() async throws {
        let bench = try RuntimeBench()
        let path = try bench.directory.write("A=1\nno equals\n2X=1\nB='open\n", to: "env")
        let error = try await fault(bench, bench.launch(["true"], environmentFile: path))
        #expect(error.message.contains("\(path):2: no = in this line"))
        #expect(error.message.contains("\(path):3: a key has letters"))
        #expect(error.message.contains("\(path):4: the quote ' is not closed"))
        let gone = bench.launch(["true"], environmentFile: "/nowhere/env")
        let message = try await fault(bench, gone).message
        #expect(
            message.hasPrefix("/nowhere/env: the environment file cannot be read: No such file")
        )
    }

    @Test func aLogFolderThatOthersCanWriteToIsRefused() async throws {
        let bench = try RuntimeBench()
        try bench.directory.setMode(0o777, of: bench.directory.file("logs"))
        let error = try await fault(bench, bench.launch(["true"]))
        #expect(error.message.contains("nobody else can write to"))
        #expect(throws: DriverError.self) { try bench.successor() }
    }

    @Test func aRangeWithoutAFreePortIsSaidWithItsUsers() async throws {
        let bench = try RuntimeBench()
        let listener = try Listener()
        let range = listener.port...listener.port
        let error = try await fault(bench, bench.launch(["true"], endpoints: .ports(range)))
        #expect(error.isRetryable)
        let port = listener.port
        #expect(error.message.hasPrefix("no port of \(port)-\(port) is free: 0 are of instances"))
        #expect(error.message.contains("1 are taken by others"))
    }

    @Test func aPortThatSomebodyHasIsSkipped() async throws {
        let bench = try RuntimeBench()
        let listener = try Listener()
        let range = listener.port...min(listener.port + 50, 65_535)
        let process = try await bench.start(
            bench.launch(["sleep", "60"], endpoints: .ports(range))
        )
        #expect(process.port > listener.port)
        try await bench.stopAll()
    }
}
