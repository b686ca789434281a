package import CutoverCore
import CutoverWire
import NIOCore
import NIOPosix

/// Probes by HTTP, by a TCP connection, or by a command.
package struct NetworkProber: HealthProber {
    private let clock: DriverClock
    private let mark: CommandMark?
    private let engineEnvironment: [String: String]

    package init(
        clock: DriverClock,
        mark: CommandMark? = nil,
        engineEnvironment: [String: String] = EngineEnvironment.current
    ) {
        self.clock = clock
        self.mark = mark
        self.engineEnvironment = engineEnvironment
    }

    package func probe(
        _ target: ProbeTarget,
        by probe: Probe,
        timeout: Duration
    ) async -> ProbeResult {
        let at = clock.now()
        let start = ContinuousClock.now
        var status: Int?
        var bytes = 0
        var fault: String?
        switch probe {
        case .http(let expectation):
            let placeholders = Placeholders(
                instance: target.launch.instance,
                address: target.address
            )
            let outcome = await HTTPRequester(clock: clock)
                .get(expectation.replacing(placeholders), from: target.address, timeout: timeout)
            (status, bytes, fault) = (outcome.status, outcome.body.count, outcome.fault)
        case .tcp:
            fault = await connect(to: target.address, timeout: timeout)
        case .command(let command):
            let outcome = await run(command, for: target, timeout: timeout)
            (status, bytes, fault) = (outcome.status, outcome.output.count, outcome.fault)
        }
        return ProbeResult(
            at: at,
            passed: fault == nil,
            status: status,
            bytes: bytes,
            duration: ContinuousClock.now - start,
            error: fault
        )
    }

    /// Why no connection was accepted; `nil` when one was.
    private func connect(to address: CutoverWire.SocketAddress, timeout: Duration) async -> String?
    {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(timeout))
        do {
            let channel =
                switch address {
                case .ipv4(let host, let port):
                    try await bootstrap.connect(host: host, port: Int(port)).get()
                case .unix(let path):
                    try await bootstrap.connect(unixDomainSocketPath: path).get()
                }
            // The connection is proof enough; how it ends does not matter.
            try? await channel.close()
            return nil
        } catch ChannelError.connectTimeout {
            return "no connection in \(timeout.words)"
        } catch {
            return ConnectionFault.words(for: error)
        }
    }

    private func run(
        _ command: [String],
        for target: ProbeTarget,
        timeout: Duration
    ) async -> CommandOutcome {
        let placeholders = Placeholders(
            instance: target.launch.instance,
            address: target.address
        )
        do throws(ProgramFault) {
            let program = try Program(
                command: command.map(placeholders.replaced),
                environment: InstanceEnvironment.variables(
                    for: target.launch,
                    address: target.address,
                    engine: engineEnvironment
                ),
                directory: target.launch.configuration.directory
            )
            return await CommandRunner(clock: clock, mark: mark).run(program, timeout: timeout)
        } catch {
            return CommandOutcome(fault: error.message)
        }
    }
}
