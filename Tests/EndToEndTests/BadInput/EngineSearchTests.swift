import Foundation
import Glibc
import Synchronization
import Testing

extension EndToEnd {
    /// Which engine a command reaches when nobody names a state directory.
    @Suite struct EngineSearchTests {
        @Test func twoDirectoriesOfOneNameKeepApart() async throws {
            try await Household.with { household in
                try await household.startEngine(in: "a/shop")
                for command in [["status"], ["deploy", "shop", "v1"], ["run"], []] {
                    let result = try await household.run(command, in: "b/shop")
                    #expect(result.status == 8, "\(command): \(result.text)")
                    #expect(result.errors.contains("a/shop/cutover.yaml"), "\(result.text)")
                    #expect(result.errors.contains("--state"), "\(result.text)")
                }
                let own = try await household.run(["events", "--limit", "200"], in: "a/shop")
                #expect(own.status == 0 && !own.output.contains("deploy"), "\(own.text)")
                // One that was moved leaves nobody behind.
                try await household.down(in: "a/shop")
                try FileManager.default.removeItem(at: household.folder.appending(path: "a"))
                try await household.startEngine(in: "b/shop")
                try await household.down(in: "b/shop")
            }
        }

        @Test func aBrokenRenamedOrChangedManifestKeepsNobodyFromTheEngine() async throws {
            try await Household.with { household in
                try await household.startEngine(in: "a/shop")
                let manifest = household.folder.appending(path: "a/shop/cutover.yaml")
                let good = try String(contentsOf: manifest, encoding: .utf8)
                let edits = [
                    ("services: [", "cannot be used"), ("project: other\n\(good)", "project other"),
                    ("\(good)# edited\n", "has changed"),
                ]
                for (text, warning) in edits {
                    try text.write(to: manifest, atomically: true, encoding: .utf8)
                    let result = try await household.run(["status"], in: "a/shop")
                    #expect(result.status == 0, "\(result.text)")
                    #expect(result.output.contains("shop  live nothing"), "\(result.text)")
                    #expect(result.errors.contains(warning), "\(result.text)")
                }
                let valid = try await household.run(["validate"], in: "a/shop")
                #expect(valid.status == 0, "\(valid.text)")
                #expect(valid.output.contains("valid: 1 service ("), "\(valid.text)")
                #expect(valid.errors.contains("next start"), "\(valid.text)")
                try await household.down(in: "a/shop")
            }
        }

        @Test func anEngineThatStandsStillIsNamedWithItsProcess() async throws {
            try await Household.with { household in
                let engine = try await household.startEngine(in: "a/shop")
                engine.signal(SIGSTOP)
                let result = try await household.run(["pause", "shop"], in: "a/shop")
                engine.signal(SIGCONT)
                #expect(result.status == 8, "\(result.text)")
                #expect(result.errors.contains("process \(engine.processID)"), "\(result.text)")
                #expect(result.errors.contains("fg"), "\(result.text)")
                try await household.down(in: "a/shop")
            }
        }

        @Test func downStopsEverythingAndTheFollowersAreTold() async throws {
            try await Household.with { household in
                let engine = try await household.startEngine(in: "a/shop")
                #expect(engine.output.contains("the engine runs as process"), "\(engine.output)")
                let deploy = ["deploy", "shop", "v1", "--wait"]
                let deployed = try await household.run(deploy, in: "a/shop")
                #expect(deployed.status == 0, "\(deployed.text)")
                #expect(engine.errors.contains("deploy shop v1"), "\(engine.errors)")
                let follower = try household.start(["events", "--follow"], in: "a/shop")
                // Lines reach a file when they are printed.
                try await waitUntil("the first events") { follower.output.contains("deploy shop") }
                let unasked = try await household.run(["down"], in: "a/shop")
                #expect(unasked.status == 1 && unasked.errors.contains("--yes"), "\(unasked.text)")
                #expect(unasked.output.contains("b1 of v1, b2 of v1"), "\(unasked.text)")
                #expect(engine.status == nil)
                try await household.down(in: "a/shop")
                let end = try await engine.result()
                #expect(end.status == 0, "\(end.text)")
                let followed = try await follower.result()
                #expect(followed.status == 8, "\(followed.text)")
                #expect(household.processes.map(\.arguments) == [])
            }
        }
    }
}

/// Projects in directories of their own that share a home, as those of one user do.
private final class Household {
    let folder: URL
    private let engines = Mutex<[Program]>([])

    static func with(_ work: (Household) async throws -> Void) async throws {
        let household = try Household()
        do {
            try await work(household)
        } catch {
            await household.end()
            throw error
        }
        await household.end()
    }

    private init() throws {
        folder = try ProductProject.makeFolder()
        for name in ["a/shop", "b/shop"] {
            let directory = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: directory,
                withIntermediateDirectories: true
            )
            let text = "services:\n\(ServiceSketch(ports: PortBlock()).text)"
            let file = directory.appending(path: "cutover.yaml")
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
    }

    private var environment: [String: String] {
        Environment.plain.merging(["XDG_STATE_HOME": folder.appending(path: "state").path]) { $1 }
    }

    func start(_ arguments: [String], in directory: String) throws -> Program {
        let program = try Program(
            Product.path,
            arguments,
            environment: environment,
            directory: folder.appending(path: directory),
            folder: folder
        )
        program.closeInput()
        return program
    }

    func run(_ arguments: [String], in directory: String) async throws -> Program.Result {
        try await start(arguments, in: directory).result()
    }

    @discardableResult
    func startEngine(in directory: String) async throws -> Program {
        let engine = try start(["run"], in: directory)
        // One that nobody keeps is killed.
        engines.withLock { $0.append(engine) }
        try await waitUntil("an engine") {
            try await self.run(["status"], in: directory).status == 0
        }
        return engine
    }

    func down(in directory: String) async throws {
        let result = try await run(["down", "--yes"], in: directory)
        #expect(result.status == 0, "\(result.text)")
    }

    var processes: [RunningProcess] {
        RunningProcess.all().filter { $0.processID != getpid() && $0.mentions(folder.path) }
    }

    /// Ends what a test that failed has left.
    private func end() async {
        for _ in 0..<2 {
            for process in processes { process.signal(SIGKILL) }
            try? await waitUntil("the end of the processes", within: .seconds(5)) {
                self.processes.isEmpty
            }
        }
        try? FileManager.default.removeItem(at: folder)
    }
}
