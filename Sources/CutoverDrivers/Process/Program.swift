import CLinux
import CutoverCore
import Glibc

/// What a new process is to run.
struct Program {
    /// Absolute.
    var path: String
    var arguments: [String]
    var environment: [String: String]
    var directory: String

    /// Finds the program of a command.
    init(
        command: [String],
        environment: [String: String],
        directory: String
    ) throws(ProgramFault) {
        // Text with a NUL would end there, and be another argument than the one that was meant.
        let texts = command + environment.keys + environment.values
        guard texts.allSatisfy({ !$0.utf8.contains(0) }) else {
            throw ProgramFault(
                message: "the command or its environment has a NUL character",
                isTransient: false
            )
        }
        path = try ExecutableSearch.find(
            command.first ?? "",
            directory: directory,
            path: environment["PATH"]
        )
        arguments = command
        self.environment = environment
        self.directory = directory
    }
}

/// Why a program does not run.
struct ProgramFault: Error {
    var message: String
    var isTransient: Bool
}

/// A new process in a session of its own that has an ID but does not run its program yet.
///
/// When this process dies first, it ends without having run anything.
struct HeldProgram {
    let program: Program
    let handle: ProcessHandle
    private var held: clinux_held

    /// Makes the process; `output` gets what it writes, and it reads from `input`, which must be
    /// open for the call, or nothing.
    init(
        _ program: Program,
        input: Int32? = nil,
        output: borrowing OwnedDescriptor
    ) throws(ProgramFault) {
        var held = clinux_held()
        let environment = program.environment.sorted { $0.key < $1.key }
        let arguments = CStrings(program.arguments)
        let variables = CStrings(environment.map { "\($0.key)=\($0.value)" })
        let output = output.number
        let result = withExtendedLifetime((arguments, variables)) {
            program.path.withCString { path in
                program.directory.withCString { directory in
                    var description = clinux_program(
                        path: path,
                        arguments: arguments.pointers,
                        environment: variables.pointers,
                        directory: directory,
                        input: input ?? -1,
                        output: output
                    )
                    return clinux_spawn_held(&description, &held)
                }
            }
        }
        guard result == 0 else {
            let error = SystemError(code: -result)
            throw ProgramFault(message: "cannot make a process: \(error)", isTransient: true)
        }
        guard let handle = ProcessHandle(child: held.pid) else {
            // It ends by itself at the closed gate; without a descriptor there is nothing to reap
            // it by.
            clinux_discard(&held)
            waitpid(held.pid, nil, 0)
            throw ProgramFault(
                message: "cannot hold process \(held.pid): no pidfd, or /proc is not mounted",
                isTransient: true
            )
        }
        self.program = program
        self.handle = handle
        self.held = held
    }

    /// How long a program may take to run: the kernel has to find it, and no more.
    static let releaseLimit = Duration.seconds(10)

    /// Lets it run; when this throws, the process is gone, or will be as soon as the file system
    /// that it waits for answers.
    mutating func release(limit: Duration = releaseLimit) async throws(ProgramFault) {
        let held = held
        let milliseconds = Int32(clamping: limit.wholeMilliseconds)
        // Elsewhere: exec(2) on a file system that hangs must hold up nothing else.
        let (result, step) = await BlockingWork.run {
            var held = held
            var step: Int32 = 0
            let result = clinux_release(&held, milliseconds, &step)
            return (result, step)
        }
        if result == 0 {
            return
        }
        guard result != -ETIMEDOUT else {
            handle.send(SIGKILL)
            // Nobody waits for it: the signal counts only when it leaves the kernel.
            Task { [handle] in
                await handle.exited()
                _ = handle.reap()
            }
            throw ProgramFault(
                message: "\(program.path) did not start in \(limit.words): the file system of it "
                    + "or of \(program.directory) hangs",
                isTransient: true
            )
        }
        await reap()
        let error = SystemError(code: -result)
        let message =
            switch step {
            case CLINUX_SPAWN_DIRECTORY:
                "cannot work in \(program.directory): \(error)"
            case CLINUX_SPAWN_EXECUTE where error.code == ENOEXEC:
                "cannot run \(program.path): it is neither a program nor a script with a #! line"
            case CLINUX_SPAWN_EXECUTE where error.code == ENOENT:
                "cannot run \(program.path): it, or the interpreter of its #! line, is missing: "
                    + "\(error)"
            case CLINUX_SPAWN_EXECUTE:
                "cannot run \(program.path): \(error)"
            default:
                "cannot prepare the process of \(program.path): \(error)"
            }
        throw ProgramFault(message: message, isTransient: error.isTransient)
    }

    /// Ends it before it ran anything.
    mutating func discard() async {
        clinux_discard(&held)
        await reap()
    }

    private func reap() async {
        await handle.exited()
        _ = handle.reap()
    }
}

/// A list of C strings with a null pointer at its end, as execve(2) wants it; lives as long as its
/// owner.
private final class CStrings {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        pointers = .allocate(capacity: strings.count + 1)
        for (index, string) in strings.enumerated() {
            (pointers + index).initialize(to: strdup(string))
        }
        (pointers + strings.count).initialize(to: nil)
    }

    deinit {
        for index in 0..<count {
            free(pointers[index])
        }
        pointers.deallocate()
    }
}
