import Glibc
import Testing

extension EndToEnd {
    /// Suspended, hung up, closed and ended by signals: what the dashboard leaves, and what goes
    /// on.
    @Suite struct TerminalLossTests {
        @Test func ctrlZPausesALiveRolloutAndTrafficGoesOnUntilItIsBack() async throws {
            try await watch(policy: "hold") { project, dashboard, client in
                let tmux = dashboard.tmux
                try await tmux.press("C-z")
                try await tmux.waitForPrompt()
                try await tmux.expectClean()
                try await client.answers(40)
                try await tmux.enter("fg")
                try await tmux.wait(forText: "paused by")
                let paused = try await project.service()
                #expect(paused.phase == "baking" && paused.rollout?.isHeld ?? false, "\(paused)")
                try await tmux.press("c")
                try await project.wait(forPhase: "warm")
                try await tmux.press("C-z")
                try await tmux.waitForPrompt()
                try await tmux.enter("fg")
                try await dashboard.appear()
            }
        }

        @Test func aHangupHoldsTheRolloutInTheBackground() async throws {
            try await watch(policy: "hold") { project, dashboard, client in
                let foreground = try await dashboard.tmux.foregroundProcess()
                let process = try #require(foreground.flatMap(RunningProcess.init))
                process.signal(SIGHUP)
                try await waitUntil("the dashboard's end", within: .seconds(5)) {
                    !process.isAlive
                }
                let held = try await project.wait(for: "a hold in the background") {
                    $0.rollout?.isHeld ?? false
                }
                #expect(held.phase == "baking")
                try await client.answers(20, of: "v2")
                try await dashboard.tmux.enter("")
                try await dashboard.tmux.expectClean()
                try await dashboard.open()
                try await dashboard.tmux.press("c")
                try await project.wait(forPhase: "warm")
            }
        }

        @Test func aClosedPaneLetsTheRolloutGoOnWhereThePolicySaysSo() async throws {
            try await watch(policy: "continue") { project, dashboard, client in
                try await dashboard.tmux.closePane()
                try await project.wait(forPhase: "warm")
                try await client.answers(20, of: "v2")
            }
        }

        @Test func aClosedPaneRollsBackWhereThePolicySaysSo() async throws {
            try await watch(policy: "rollback") { project, dashboard, client in
                try await dashboard.tmux.closePane()
                let end = try await project.wait(for: "the way back") {
                    $0.phase == "finished" && $0.live == "v1"
                }
                #expect(end.exitStatus == 4, "\(end)")
                try await client.answers(20, of: "v1")
            }
        }

        @Test func everySignalThatEndsTheDashboardLeavesACleanTerminal() async throws {
            try await ProductProject.with(ServiceSketch(ports: PortBlock())) { project in
                try await Tmux.with(folder: project.folder) { tmux in
                    let dashboard = Dashboard(tmux: tmux, project: project)
                    // Swift's own backtrace would ask at the terminal whether to debug.
                    try await tmux.enter("export SWIFT_BACKTRACE=enable=no; ulimit -c 0")
                    let signals = [SIGTERM, SIGINT, SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGQUIT]
                    for signal in signals {
                        try await tmux.enter("clear")
                        let process = try await dashboard.open()
                        process.signal(signal)
                        try await waitUntil("the end by signal \(signal)") { !process.isAlive }
                        try await tmux.enter("")
                        let found = try await tmux.leftovers()
                        #expect(found == [], "left after signal \(signal)")
                    }
                }
            }
        }

        /// A dashboard in whose project `v2` has just got the traffic and is watched.
        private func watch(
            policy: String,
            _ play: (ProductProject, Dashboard, IndependentClient) async throws -> Void
        ) async throws {
            var sketch = ServiceSketch(ports: PortBlock())
            sketch.strategy = "{blueGreen: {bake: 6s, keepWarm: 5m}}"
            let extra = "onDisconnect: \(policy)\n"
            try await ProductProject.with(sketch, extra: extra) { project in
                try await Tmux.with(folder: project.folder) { tmux in
                    let dashboard = Dashboard(tmux: tmux, project: project)
                    try await dashboard.open()
                    try await project.serve("v1")
                    let client = try IndependentClient(port: sketch.listen, folder: project.folder)
                    try await client.answers(10, of: "v1")
                    try await dashboard.deploy("v2")
                    try await project.wait(forPhase: "awaitingPromotion")
                    try await dashboard.promote()
                    try await project.wait(forPhase: "baking")
                    try await play(project, dashboard, client)
                    let counts = try await client.finish()
                    #expect(counts.failed == 0, "\(counts)")
                }
            }
        }
    }
}
