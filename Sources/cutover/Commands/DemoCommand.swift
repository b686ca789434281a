import ArgumentParser
import CutoverCore
import CutoverDashboard
import CutoverDemo
import CutoverEngine
import Foundation

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract:
            "Try Cutover on two sample services under real load. Needs nothing but this program.",
        discussion: """
            Starts real instances, a real proxy and load generators on 127.0.0.1, and ends all of \
            them when you quit. Releases to deploy: v1, v2, v3-slow, v4-failing, v5-unhealthy, \
            v6-crashing.
            """
    )

    @OptionGroup var display: DisplayOptions

    @Flag(help: "Run good, bad and rolled-back rollouts without a terminal and print a receipt.")
    var headless = false

    @Option(help: ArgumentHelp("Press the keys of a script.", valueName: "file"))
    var script: String?

    @Option(
        help: ArgumentHelp(
            "Keep the project in this folder; one that a killed demo left is gone on with.",
            valueName: "directory"
        )
    )
    var directory: String?

    func run() async throws {
        if !headless { try display.checkScreen() }
        let folder = directory.map { URL(filePath: $0) } ?? Self.temporaryFolder()
        let keys = try script.map(Self.keys)
        let demo: DemoProject
        do {
            demo = try DemoProject(directory: folder, executable: Executable.path)
        } catch let error as CocoaError {
            complain("\(folder.path): \(error.reason)")
            throw ExitStatus.usage.code
        }
        var options = ProjectOptions()
        options.file = demo.manifest.path
        options.state = folder.appending(path: "state").path
        let host = try await EngineHost.start(options.load())
        let status: ExitStatus
        if headless {
            let playing = Task { await Self.runHeadless(demo, host) }
            let signals = StopSignals { playing.cancel() }
            let result = await playing.value
            signals.cancel()
            status = playing.isCancelled ? .interrupted : result
        } else {
            status = try await runOnScreen(demo, host, options.load(), keys)
        }
        await host.stop(.stopEverything)
        if directory == nil { try? FileManager.default.removeItem(at: folder) }
        if status != .done { throw status.code }
    }

    private static func keys(of path: String) throws -> ScriptedKeys {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch let error as CocoaError {
            complain("the script \(path): \(error.reason)")
            throw ExitStatus.usage.code
        }
        return ScriptedKeys(try DemoScript(text))
    }

    private static func runHeadless(_ demo: DemoProject, _ host: EngineHost) async -> ExitStatus {
        let receipt = await HeadlessDemo(link: host, project: demo, tell: { print($0) }).run()
        if !Task.isCancelled { print(receipt.text) }
        return receipt.isClean ? .done : .failed
    }

    private func runOnScreen(
        _ demo: DemoProject,
        _ host: EngineHost,
        _ project: Project,
        _ keys: ScriptedKeys?
    ) async throws -> ExitStatus {
        let loads = DemoLoads(link: host, project: demo)
        let loading = Task { await loads.run() }
        let window = DashboardWindow(
            display: display,
            stateDirectory: project.stateDirectory,
            link: host,
            hosting: .demo,
            script: keys,
            greeting: await Self.greeting(for: host)
        )
        do {
            _ = try await window.run()
        } catch {
            await host.stop(.stopEverything)
            complain("\(error)")
            throw ExitStatus.usage.code
        }
        loads.stop()
        await loading.value
        let receipt = loads.receipt
        print(receipt.text)
        if let failure = keys?.failure {
            complain(failure)
            return .failed
        }
        return receipt.isClean || receipt.lines.isEmpty ? .done : .failed
    }

    /// What to press first; a demo that is gone on with has something to tell of itself.
    private static func greeting(for host: EngineHost) async -> String? {
        for await snapshot in host.snapshots() {
            guard snapshot.isUntouched else { return nil }
            return "press d to deploy v1 of checkout, then j and d for search; "
                + "? explains every key"
        }
        return nil
    }

    private static func temporaryFolder() -> URL {
        FileManager.default.temporaryDirectory
            .appending(path: "cutover-demo-\(ProcessInfo.processInfo.processIdentifier)")
    }
}
