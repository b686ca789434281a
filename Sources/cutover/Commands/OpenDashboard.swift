import ArgumentParser
import CutoverCore
import CutoverDashboard
import CutoverEngine
import CutoverScreen

struct OpenDashboard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard",
        abstract: "Open the dashboard: watch rollouts and drive them. The default command."
    )

    @OptionGroup var project: ProjectOptions
    @OptionGroup var display: DisplayOptions

    @Flag(help: "Print one frame as text and exit; the exit status is that of `status`.")
    var once = false

    @Option(help: ArgumentHelp("The size of the frame of --once.", valueName: "columns x rows"))
    var size = "80x24"

    func validate() throws {
        if Size(size) == nil { throw ValidationError("--size is like 80x24, at most 1000x1000") }
    }

    func run() async throws {
        if once { return try await printFrame() }
        let running: Attachment?
        do {
            running = try await project.find()
        } catch ControlError.noEngine {
            running = nil
        } catch let error as ControlError {
            complain("\(error)")
            throw ExitStatus.engineUnavailable.code
        }
        try display.checkScreen()
        if let running { return try await watch(running) }
        let project = try project.load()
        let host = try await EngineHost.start(project)
        let ending = try await DashboardWindow(
            display: display,
            stateDirectory: project.stateDirectory,
            link: host,
            hosting: .here
        ).run()
        try await Departing(project: project, link: host, host: host, glyphs: display.glyphs)
            .leave(ending)
    }

    /// Shows the engine of another process.
    private func watch(_ running: Attachment) async throws {
        _ = try await DashboardWindow(
            display: display,
            stateDirectory: running.stateDirectory,
            link: running.engine,
            hosting: .elsewhere,
            greeting: running.warning
        ).run()
    }

    /// Draws what a dashboard of that size would show, without a terminal.
    private func printFrame() async throws {
        let link = try await project.attach().engine
        for await snapshot in link.snapshots() {
            var model = DashboardModel(
                actor: .current(),
                hosting: .elsewhere,
                glyphs: display.glyphs,
                themes: display.themes,
                theme: try display.chosenTheme(),
                size: Size(size) ?? Size(columns: 80, rows: 24),
                now: snapshot.at
            )
            for command in model.handle(.snapshot(snapshot), now: snapshot.at) {
                guard case .readLog(let instance, let service) = command else { continue }
                let lines = await link.log(of: instance, service: service)
                _ = model.handle(.log(instance, of: service, lines: lines), now: snapshot.at)
            }
            var frame = Buffer(model.size)
            draw(model, into: &frame)
            print(frame.text)
            let status = ExitStatus(standing: snapshot.services, faults: snapshot.faults)
            if status != .done { throw status.code }
            return
        }
    }
}

extension Size {
    /// Reads `80x24`; `nil`: it is not like that, or a side is not within 1 to 1000.
    init?(_ text: String) {
        let sides = text.split(separator: "x").compactMap { Int($0) }
        guard sides.count == 2, sides.allSatisfy((1...1000).contains) else { return nil }
        self.init(columns: sides[0], rows: sides[1])
    }
}
