import Testing

extension EndToEnd {
    /// Quitting with a live rollout, and dashboards beside each other.
    @Suite struct LeavingTests {
        @Test func quittingAsksAndEachAnswerDoesWhatItSays() async throws {
            try await watch { project, dashboard, client in
                let tmux = dashboard.tmux
                try await tmux.press("q")
                try await tmux.wait(forText: "Any other key stays")
                try await dashboard.confirm(with: "x", asking: "Any other key stays")
                #expect(try await project.service().rollout?.isHeld == false)

                try await tmux.press("q")
                try await dashboard.confirm(with: "h", asking: "hold: pause them")
                try await tmux.waitForPrompt()
                try await tmux.expectClean()
                let told = try await tmux.screen()
                #expect(told.contains(" v2: paused by"), "\(told)")
                #expect(told.contains("No engine runs"), "\(told)")
                try await client.answers(20, of: "v2")
                let engineless = try await project.status()
                #expect(engineless == nil, "holding ends the engine")

                try await dashboard.open()
                let held = try await project.service()
                #expect(held.phase == "baking" && held.rollout?.isHeld ?? false, "\(held)")
                try await tmux.press("c")
                try await project.wait(for: "the end of the hold") { $0.rollout?.isHeld == false }

                try await tmux.press("q")
                try await dashboard.confirm(with: "b", asking: "in the background")
                try await tmux.waitForPrompt()
                let left = try await tmux.screen()
                #expect(left.contains(" v2, bake until"), "\(left)")
                #expect(left.contains("The engine goes on as process"), "\(left)")
                try await project.wait(forPhase: "warm")
                try await client.answers(20, of: "v2")
            }
        }

        @Test func quittingWithARollbackGivesTheTrafficBackInTheBackground() async throws {
            try await watch { project, dashboard, client in
                try await dashboard.tmux.press("q")
                try await dashboard.confirm(with: "r", asking: "asks once more")
                try await dashboard.confirm(with: "y", asking: "Press y to roll back and quit")
                try await dashboard.tmux.waitForPrompt()
                let end = try await project.wait(forPhase: "finished")
                #expect(end.live == "v1" && end.exitStatus == 4, "\(end)")
                try await client.answers(20, of: "v1")
            }
        }

        @Test func aSecondDashboardShowsTheSameAndDrivesTheSame() async throws {
            try await watch { project, first, client in
                try await Tmux.with(columns: 100, rows: 30, folder: project.folder) { tmux in
                    let second = Dashboard(tmux: tmux, project: project)
                    try await second.open()
                    try await tmux.wait(forText: "v2")
                    try await second.rollBack()
                    try await project.wait(forPhase: "finished")
                    try await first.tmux.wait(forText: "rolled back")
                    try await tmux.wait(forText: "rolled back")
                    try await client.answers(20, of: "v1")

                    // It only watches: its end is nobody else's.
                    try await second.deploy("v3")
                    try await project.wait(forPhase: "awaitingPromotion")
                    try await tmux.press("q")
                    try await tmux.waitForPrompt()
                    try await first.promote()
                    try await client.answers(20, of: "v3")
                }
            }
        }

        @Test func anAttachedDashboardSaysThatItsEngineIsGoneAndComesBackWithTheNext() async throws
        {
            try await watch { project, first, client in
                try await Tmux.with(columns: 100, rows: 30, folder: project.folder) { tmux in
                    let second = Dashboard(tmux: tmux, project: project)
                    try await second.open()
                    try await tmux.wait(forText: "v2")
                    try await first.tmux.press("q")
                    try await first.confirm(with: "h", asking: "hold: pause them")
                    try await first.tmux.waitForPrompt()
                    try await tmux.wait(forText: "ENGINE GONE")
                    try await first.open()
                    try await waitUntil("the next engine in the second dashboard") {
                        let screen = try await tmux.screen()
                        return !screen.contains("ENGINE GONE")
                    }
                    try await second.rollBack()
                    try await project.wait(forPhase: "finished")
                    try await client.answers(20, of: "v1")
                }
            }
        }

        /// A dashboard in whose project `v2` has just got the traffic and is watched.
        private func watch(
            _ play: (ProductProject, Dashboard, IndependentClient) async throws -> Void
        ) async throws {
            var sketch = ServiceSketch(ports: PortBlock())
            sketch.strategy = "{blueGreen: {bake: 10s, keepWarm: 5m}}"
            try await ProductProject.with(sketch) { project in
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
