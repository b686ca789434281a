import Foundation
import Glibc
import Synchronization
import Testing

/// A project as an operator has one: a folder with a manifest, a state directory, and what runs of
/// it.
///
/// Everything goes through the command line; nothing of the product is linked.
final class ProductProject: Sendable {
    let folder: URL
    private let engines = Mutex<[Program]>([])

    /// The project that `cutover demo --directory FOLDER` will make, on ports that are free.
    init(demoOn ports: PortBlock) throws {
        folder = try Self.makeFolder()
        let numbers = folder.appending(path: "ports.json")
        try "[\(ports[0]),\(ports[3])]".write(to: numbers, atomically: true, encoding: .utf8)
    }

    var manifest: URL { folder.appending(path: "cutover.yaml") }
    var state: URL { folder.appending(path: "state") }

    /// What every command needs to know of the project.
    var options: [String] { ["--file", manifest.path, "--state", state.path] }

    /// A command line for a shell that stands in the folder.
    var shellCommand: String { "\(Product.path) --file cutover.yaml --state state" }

    static func makeFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "cutover-e2e-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Runs `work` in a project and ends everything of it afterwards, however `work` ends.
    static func with(
        _ services: ServiceSketch...,
        extra: String = "",
        _ work: (ProductProject) async throws -> Void
    ) async throws {
        let project = try ProductProject(list: services, extra: extra)
        do {
            try await work(project)
        } catch {
            let log = project.state.appending(path: "engine.log")
            let lines = (try? String(contentsOf: log, encoding: .utf8))?.split(separator: "\n")
            Issue.record(
                "the engine's log ends: \((lines ?? []).suffix(12).joined(separator: "\n"))"
            )
            await project.end()
            throw error
        }
        await project.end()
    }

    /// Makes the folder with the manifest.
    init(list services: [ServiceSketch], extra: String = "") throws {
        folder = try Self.makeFolder()
        // What happens must not depend on how many processors there are.
        let text =
            "project: e2e\nproxy: {threads: 2}\n\(extra)services:\n"
            + services.map(\.text).joined()
        try text.write(to: manifest, atomically: true, encoding: .utf8)
    }

    // MARK: - The command line

    @discardableResult
    func run(
        _ verb: String,
        _ arguments: String...,
        within limit: Duration = .seconds(20)
    ) async throws -> Program.Result {
        try await Program.run(
            Product.path,
            [verb] + options + arguments,
            folder: folder,
            within: limit
        )
    }

    /// Runs a verb that must be accepted.
    func accept(_ verb: String, _ arguments: String...) async throws {
        let result = try await Program.run(
            Product.path,
            [verb] + options + arguments,
            folder: folder
        )
        try #require(result.status == 0, "\(verb) \(arguments): \(result.text)")
    }

    /// `nil`: no engine answers.
    func status() async throws -> ProjectStatus? {
        let result = try await run("status", "--json")
        guard result.status != 8 else { return nil }
        return try JSONDecoder().decode(ProjectStatus.self, from: Data(result.output.utf8))
    }

    func service(_ name: String = "shop") async throws -> ProjectStatus.Service {
        let status = try #require(try await status(), "no engine answers")
        let found = status.services.first { $0.name == name }
        return try #require(found)
    }

    /// Waits until a service is as it should be, and returns it.
    @discardableResult
    func wait(
        for what: String,
        of name: String = "shop",
        within limit: Duration = .seconds(30),
        until condition: (ProjectStatus.Service) throws -> Bool
    ) async throws -> ProjectStatus.Service {
        try await value(
            of: what,
            within: limit,
            showing: { (try? await self.run("status").text) ?? "no status" },
            from: {
                guard let status = try await self.status() else { return nil }
                let found = status.services.first { $0.name == name }
                let service = try #require(found)
                return try condition(service) ? service : nil
            }
        )
    }

    @discardableResult
    func wait(
        forPhase phase: String,
        of name: String = "shop",
        within limit: Duration = .seconds(30)
    ) async throws -> ProjectStatus.Service {
        try await wait(for: "the phase \(phase)", of: name, within: limit) { $0.phase == phase }
    }

    // MARK: - Processes

    /// Starts an engine without a terminal, and waits until it answers.
    @discardableResult
    func startEngine() async throws -> Program {
        let engine = try Program(Product.path, ["run"] + options, folder: folder)
        engine.closeInput()
        engines.withLock { $0.append(engine) }
        try await waitUntil("an engine") {
            if let status = engine.status {
                throw TookTooLong(description: "the engine ended: \(status)\n\(engine.errors)")
            }
            return try await self.status() != nil
        }
        return engine
    }

    /// Deploys the first release, which needs no gate, and waits until it serves.
    func serve(_ release: String = "v1", of name: String = "shop") async throws {
        try await accept("deploy", name, release)
        try await wait(for: "\(release) to be live", of: name) {
            $0.live == release && $0.phase == "finished"
        }
    }

    /// The program's own processes, and what it runs of itself.
    var ownProcesses: [RunningProcess] {
        processes.filter { $0.arguments.first == Product.path }
    }

    /// Every process that works in the folder or was given it.
    var processes: [RunningProcess] {
        RunningProcess.all().filter { $0.processID != getpid() && $0.mentions(folder.path) }
    }

    func proxy() throws -> RunningProcess {
        try #require(processes.first { $0.arguments.dropFirst().first == "proxy" })
    }

    /// Ends every process of the project and removes the folder; what stays is an issue.
    func end() async {
        for engine in engines.withLock({ $0 }) { engine.signal(SIGTERM) }
        // Engines first: what ends under them would be started again.
        await end(processes.filter(isEngine))
        await end(processes)
        #expect(processes.map(\.arguments) == [], "processes are left")
        try? FileManager.default.removeItem(at: folder)
    }

    private func isEngine(_ process: RunningProcess) -> Bool {
        let parts = ["proxy", "sample-service", "load-generator"]
        return process.arguments.first == Product.path
            && !parts.contains(process.arguments.dropFirst().first ?? "")
    }

    private func end(_ processes: [RunningProcess]) async {
        for process in processes { process.signal(SIGTERM) }
        try? await waitUntil("the end of the processes", within: .seconds(5)) {
            !processes.contains(where: \.isAlive)
        }
        for process in processes { process.signal(SIGKILL) }
        try? await waitUntil("the death of the processes", within: .seconds(5)) {
            !processes.contains(where: \.isAlive)
        }
    }
}
