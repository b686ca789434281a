import CutoverCore
import CutoverWire
import Glibc

extension ProcessRuntime {
    package func start(
        _ launch: InstanceLaunch,
        recording record: @escaping @Sendable (InstanceProcess) async throws -> Void
    ) async throws(DriverError) -> InstanceProcess {
        let id = launch.instance.id
        if let start = starts[id] {
            return try await start.value.get()
        }
        switch entries[id]?.phase {
        case .running:
            if let process = entries[id]?.process {
                return process
            }
        case .stopping:
            throw Self.failure(
                "start",
                launch.instance.name,
                "the instance is being stopped; start it when it is gone",
                isRetryable: true
            )
        case .exited, nil:
            break
        }
        let task = Task {
            let result = await self.run(launch, record)
            self.starts[id] = nil
            return result
        }
        starts[id] = task
        return try await task.value.get()
    }

    private func run(
        _ launch: InstanceLaunch,
        _ record: @Sendable (InstanceProcess) async throws -> Void
    ) async -> Result<InstanceProcess, DriverError> {
        let id = launch.instance.id
        let isFirst = entries[id] == nil
        do throws(ProgramFault) {
            let address = try reserveAddress(for: launch)
            return .success(try await run(launch, address: address, record))
        } catch {
            if isFirst {
                ports.release(id)
            }
            return .failure(
                Self.failure(
                    "start",
                    launch.instance.name,
                    error.message,
                    isRetryable: error.isTransient
                )
            )
        }
    }

    private func reserveAddress(
        for launch: InstanceLaunch
    ) throws(ProgramFault) -> SocketAddress {
        let id = launch.instance.id
        switch launch.configuration.endpoints {
        case .ports(let range):
            return .ipv4(host: "127.0.0.1", port: try ports.reserve(from: range, for: id))
        case .sockets:
            ports.release(id)
            return try sockets.address(of: id)
        case .external:
            throw ProgramFault(
                message: "somebody else starts the instances of this service",
                isTransient: false
            )
        }
    }

    private func run(
        _ launch: InstanceLaunch,
        address: SocketAddress,
        _ record: @Sendable (InstanceProcess) async throws -> Void
    ) async throws(ProgramFault) -> InstanceProcess {
        let token = Self.makeToken()
        let (program, log) = try await prepare(launch, address: address, token: token)
        var held = try Self.hold(program, writingTo: log)
        let identity = ProcessIdentity(
            processID: held.handle.processID,
            startTime: held.handle.startTime,
            bootID: ProcessTable.bootID,
            token: token
        )
        let process = InstanceProcess(
            id: launch.instance.id,
            identity: identity,
            address: address,
            logPath: log.path,
            startedAt: clock.now()
        )
        do {
            try await record(process)
        } catch {
            await held.discard()
            throw ProgramFault(
                message: "not started, because it could not be recorded: \(error)",
                isTransient: true
            )
        }
        try await held.release(limit: startLimit)
        entries[process.id] = Entry(
            process: process,
            mark: identity.mark,
            phase: .running(held.handle, isChild: true)
        )
        watch(process.id, held.handle)
        return process
    }

    /// Looks for everything that the program needs, which a file system can make wait.
    private func prepare(
        _ launch: InstanceLaunch,
        address: SocketAddress,
        token: String
    ) async throws(ProgramFault) -> (Program, LogFile) {
        let (logs, sockets, environment) = (logs, sockets, engineEnvironment)
        let result = await BlockingWork.run(limit: startLimit) {
            Result { () throws(ProgramFault) in
                let program = try Self.program(
                    for: launch,
                    address: address,
                    token: token,
                    engine: environment
                )
                try sockets.makeRoom(for: address)
                return (program, try logs.file(for: launch))
            }
        }
        guard let result else {
            throw ProgramFault(
                message: "the program, its directory or its environment file was not found in "
                    + "\(startLimit.words): their file system hangs",
                isTransient: true
            )
        }
        return try result.get()
    }

    private static func hold(
        _ program: Program,
        writingTo log: LogFile
    ) throws(ProgramFault) -> HeldProgram {
        let output: OwnedDescriptor
        do throws(SystemError) {
            output = try log.open()
        } catch {
            throw ProgramFault(
                message: "cannot open the log \(log.path): \(error)",
                isTransient: error.isTransient
            )
        }
        return try HeldProgram(program, output: output)
    }

    private static func program(
        for launch: InstanceLaunch,
        address: SocketAddress,
        token: String,
        engine: [String: String]
    ) throws(ProgramFault) -> Program {
        var environment = try InstanceEnvironment.variables(
            for: launch,
            address: address,
            engine: engine
        )
        environment[ProcessIdentity.markKey] = token
        let placeholders = Placeholders(instance: launch.instance, address: address)
        return try Program(
            command: launch.configuration.command.map(placeholders.replaced),
            environment: environment,
            directory: launch.configuration.directory
        )
    }

    /// 128 random bits in hexadecimal.
    private static func makeToken() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2)
            .map { _ in
                let digits = String(generator.next(), radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            }
            .joined()
    }
}
