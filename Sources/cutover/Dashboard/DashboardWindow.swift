import CutoverCore
import CutoverDashboard
import CutoverScreen
import CutoverTerminal
import Foundation

/// Opens the terminal on a thread of its own and connects it with an engine.
struct DashboardWindow: Sendable {
    var display: DisplayOptions
    /// For its log.
    var stateDirectory: String
    var link: any EngineLink
    var hosting: EngineHosting
    /// What presses keys besides the operator.
    ///
    /// `nil`: nobody.
    var script: ScriptedKeys?
    /// Said in the message row at the start.
    ///
    /// `nil`: nothing.
    var greeting: String?

    /// Runs until the operator leaves or the terminal does.
    ///
    /// - Throws: `TerminalError`, with the terminal untouched.
    func run() async throws -> DashboardSession.Ending {
        let queue = InputQueue()
        let (errands, outbox) = AsyncStream.makeStream(of: DashboardErrand.self)
        let theme = try display.chosenTheme()
        let work: [Task<Void, Never>] = [
            Task { await forward(into: queue) },
            Task { await perform(errands, into: queue) },
            Task { await script?.press(into: queue, following: link) },
        ]
        defer { for task in work { task.cancel() } }
        return try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                continuation.resume(
                    with: Result { try session(theme: theme, queue: queue, outbox: outbox) }
                )
            }
            thread.name = "terminal"
            thread.start()
        }
    }

    private func session(
        theme: Theme,
        queue: InputQueue,
        outbox: AsyncStream<DashboardErrand>.Continuation
    ) throws -> DashboardSession.Ending {
        var options = Terminal.Options()
        if display.isMono { options.maximumDepth = .mono }
        options.errorLog = "\(stateDirectory)/dashboard.log"
        let terminal = try Terminal(options, theme: theme)
        defer { terminal.close() }
        let now: @Sendable () -> Timestamp = {
            Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        }
        var model = DashboardModel(
            actor: .current(),
            hosting: hosting,
            glyphs: display.glyphs,
            themes: display.themes,
            theme: theme,
            size: terminal.size,
            now: now()
        )
        for notice in [terminal.notice, greeting].compactMap(\.self) {
            _ = model.handle(.notice(notice), now: now())
        }
        return DashboardSession(
            terminal: terminal,
            model: model,
            queue: queue,
            outbox: outbox,
            now: now
        ).run()
    }

    /// Follows the engine, and after its end the next one in its place.
    private func forward(into queue: InputQueue) async {
        while !Task.isCancelled {
            for await snapshot in link.snapshots() { queue.post(.snapshot(snapshot)) }
            queue.post(.disconnected(reason: "it has stopped"))
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// One consumer, so that the engine hears of commands in the order of the keys.
    private func perform(_ errands: AsyncStream<DashboardErrand>, into queue: InputQueue) async {
        for await errand in errands {
            switch errand {
            case .send(let command): queue.post(.reply(await link.send(command), to: command))
            case .readLog(let instance, let service):
                // A verb must not wait behind what only looks; there is one such read at a time.
                Task {
                    let lines = await link.log(of: instance, service: service)
                    queue.post(.log(instance, of: service, lines: lines))
                }
            case .finish(let finished): finished()
            case .suspend(let finished):
                await link.suspend()
                finished()
            case .resume: await link.resume()
            }
        }
    }
}
