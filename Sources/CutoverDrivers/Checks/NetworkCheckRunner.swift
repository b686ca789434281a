package import CutoverCore
import CutoverWire

/// Runs checks by HTTP or by commands.
package struct NetworkCheckRunner: CheckRunner {
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

    package func run(
        _ check: CheckConfiguration,
        on subject: CheckSubject
    ) async -> CheckReport {
        let start = ContinuousClock.now
        var tries = 1
        var outcome = await run(check.kind, on: subject, timeout: check.timeout)
        while !outcome.passed, tries <= check.retries, !Task.isCancelled {
            await clock.wait(CheckConfiguration.pause)
            if Task.isCancelled {
                break
            }
            tries += 1
            outcome = await run(check.kind, on: subject, timeout: check.timeout)
        }
        let result = CheckResult(
            name: check.name,
            passed: outcome.passed,
            summary: outcome.summary,
            tries: tries,
            duration: ContinuousClock.now - start
        )
        return CheckReport(result: result, output: outcome.output)
    }

    /// What one try found.
    private struct Outcome {
        var passed: Bool
        var summary: String
        var output: String
    }

    private func run(
        _ kind: CheckKind,
        on subject: CheckSubject,
        timeout: Duration
    ) async -> Outcome {
        switch kind {
        case .http(let wanted):
            let expectation = wanted.replacing(
                Placeholders(release: subject.candidate, slot: subject.slot)
            )
            let outcome = await HTTPRequester(clock: clock)
                .get(expectation, from: subject.address, timeout: timeout)
            let found = outcome.fault ?? "\(outcome.status ?? 0) in \(outcome.duration.words)"
            return Outcome(
                passed: outcome.fault == nil,
                summary: "GET \(expectation.path): \(found)",
                output: String(decoding: outcome.body, as: UTF8.self)
            )
        case .command(let command):
            let start = ContinuousClock.now
            let outcome = await run(command, on: subject, timeout: timeout)
            let found = outcome.fault ?? "passed in \((ContinuousClock.now - start).words)"
            return Outcome(
                passed: outcome.fault == nil,
                summary: "\(command.first ?? ""): \(found)",
                output: String(decoding: outcome.output, as: UTF8.self)
            )
        }
    }

    private func run(
        _ command: [String],
        on subject: CheckSubject,
        timeout: Duration
    ) async -> CommandOutcome {
        do throws(ProgramFault) {
            let environment = try subject.commandEnvironment(engine: engineEnvironment)
            let program = try Program(
                command: command,
                environment: environment,
                directory: subject.directory
            )
            return await CommandRunner(clock: clock, mark: mark).run(program, timeout: timeout)
        } catch {
            return CommandOutcome(fault: error.message)
        }
    }
}

extension CheckSubject {
    /// The environment of a command: what the release's instances get, but for what is one
    /// instance's own, and what is checked.
    fileprivate func commandEnvironment(
        engine: [String: String]
    ) throws(ProgramFault) -> [String: String] {
        var result = InstanceEnvironment.inherited(from: engine)
        if let environmentFile {
            result.merge(try InstanceEnvironment.variables(ofFile: environmentFile)) { $1 }
        }
        let placeholders = Placeholders(release: candidate, slot: slot)
        let replaced = environment.mapValues(placeholders.replaced)
        result.merge(replaced.filter { !Placeholders.isOfOneInstance($0.value) }) { $1 }
        result.merge(variables) { $1 }
        return result
    }

    /// What a command is told.
    fileprivate var variables: [String: String] {
        [
            "CUTOVER_SERVICE": service.rawValue,
            "CUTOVER_ADDRESS": address.description,
            "CUTOVER_CANDIDATE": candidate.rawValue,
            "CUTOVER_STABLE": stable?.rawValue ?? "",
            "CUTOVER_SLOT": slot?.rawValue ?? "",
        ]
    }
}
