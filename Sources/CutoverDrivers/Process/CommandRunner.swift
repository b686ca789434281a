import CLinux
import Glibc

/// How a command ended.
struct CommandOutcome {
    /// Its exit status; `nil` when it did not end by itself.
    var status: Int?
    /// The last 64 KiB that it wrote.
    var output: [UInt8] = []
    /// Why it did not succeed, in words; `nil` when it did.
    var fault: String?
}

/// Runs short commands: those of probes and checks.
struct CommandRunner {
    let clock: DriverClock
    /// What the commands carry, so that they are found when the engine dies before they end.
    var mark: CommandMark?

    /// How much of the output is kept.
    static let outputLimit = 65_536

    /// Runs a program to its end, and ends it with its group when that takes longer than `timeout`
    /// or when the task is cancelled.
    func run(_ program: Program, timeout: Duration) async -> CommandOutcome {
        var outcome = CommandOutcome()
        do throws(ProgramFault) {
            let (reader, handle) = try await start(program, limit: timeout)
            let collecting = Task { await Self.collect(reader, until: handle) }
            let endedInTime = await clock.limit(timeout) { await handle.exited() } != nil
            let isCancelled = Task.isCancelled
            // It is not reaped yet, so the group of this number is its own, if it left any.
            kill(-handle.processID, SIGKILL)
            // In a task of its own: a cancelled one would not wait.
            await Task { await handle.exited() }.value
            outcome.output = await collecting.value
            let status = handle.reap()
            if case .exited(let code) = status {
                outcome.status = Int(code)
            }
            outcome.fault =
                if isCancelled {
                    "given up"
                } else if !endedInTime {
                    "no end in \(timeout.words); it was killed"
                } else if status == .exited(code: 0) {
                    nil
                } else {
                    Self.words(status, outcome.output)
                }
        } catch {
            outcome.fault = error.message
        }
        return outcome
    }

    /// The exit status with the last line that was written, which mostly says why.
    private static func words(_ status: ExitStatus, _ output: [UInt8]) -> String {
        let lines = output.split(separator: UInt8(ascii: "\n"))
        let last = lines.last.map { String(decoding: $0.suffix(200), as: UTF8.self) }
        return last.map { "\(status): \($0)" } ?? "\(status)"
    }

    private func start(
        _ program: Program,
        limit: Duration
    ) async throws(ProgramFault) -> (PipeReader, ProcessHandle) {
        var readingEnd: Int32 = -1
        var writingEnd: Int32 = -1
        let result = clinux_pipe(&readingEnd, &writingEnd)
        guard result == 0 else {
            throw ProgramFault(
                message: "cannot make a pipe: \(SystemError(code: -result))",
                isTransient: true
            )
        }
        let reader = PipeReader(OwnedDescriptor(readingEnd))
        let writer = OwnedDescriptor(writingEnd)
        var program = program
        program.environment[ProcessIdentity.markKey] = mark?.value
        var held = try HeldProgram(program, output: writer)
        try await held.release(limit: min(limit, HeldProgram.releaseLimit))
        return (reader, held.handle)
    }

    /// Reads until the end of the pipe, or until the process is over and nothing is left in it:
    /// what it started could keep the pipe open for ever.
    private static func collect(_ reader: PipeReader, until handle: ProcessHandle) async -> [UInt8]
    {
        var output: [UInt8] = []
        while true {
            // Asked before reading: what was written before the end is then in the pipe.
            let isOver = handle.hasExited
            let isAtEnd = reader.readAvailable(into: &output, keeping: outputLimit)
            if isAtEnd || isOver {
                return output
            }
            try? await ContinuousClock().sleep(for: .milliseconds(10))
        }
    }
}

/// The reading end of a pipe, which never blocks.
private final class PipeReader: Sendable {
    private let descriptor: OwnedDescriptor

    init(_ descriptor: consuming OwnedDescriptor) {
        self.descriptor = descriptor
    }

    /// Appends what is there and keeps the last `limit` bytes; returns whether the writers are
    /// gone.
    func readAvailable(into output: inout [UInt8], keeping limit: Int) -> Bool {
        // Bounded: a command that writes without end must not hold the reader.
        for _ in 0..<64 {
            do throws(SystemError) {
                let bytes = try descriptor.read(atMost: 65_536)
                if bytes.isEmpty {
                    return true
                }
                output += bytes
                output.removeFirst(max(0, output.count - limit))
            } catch  where error.code == EAGAIN {
                return false
            } catch {
                return true
            }
        }
        return false
    }
}
