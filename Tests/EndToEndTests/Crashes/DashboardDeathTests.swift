import Glibc
import Testing

extension EndToEnd {
    /// `kill -9` of the dashboard, which hosts the engine: at rest and in each phase.
    ///
    /// Each time instances and traffic go on, and a second start shows the same rollout in the same
    /// phase.
    @Suite struct DashboardDeathTests {
        @Test func blueGreenOutlivesADeathInEachPhaseUpToTheEnd() async throws {
            var sketch = ServiceSketch(ports: PortBlock(), command: ServiceSketch.slow)
            sketch.health = """
                {http: {path: /healthz}, interval: 250ms, timeout: 5s, minimumHealthyTime: 5s}
                """
            sketch.strategy = """
                {blueGreen: {shift: [50, 100], soak: 60s, bake: 8s, keepWarm: 8s}}
                """
            sketch.drainTimeout = "2m"
            try await Self.watch(sketch) { stage in
                try await stage.dieAndReturn(in: "finished")
                try await stage.dashboard.deploy("v2")
                try await stage.dieAndReturn(in: "starting")
                try await stage.dieAndReturn(in: "awaitingPromotion")
                let held = try IndependentClient.holding(
                    seconds: 40,
                    port: sketch.listen,
                    folder: stage.project.folder
                )
                try await held.sends(2)
                try await stage.dashboard.promote()
                try await stage.dieAndReturn(in: "shifting")
                let both = try await stage.project.service()
                #expect(both.sides.map(\.share) == [50, 50], "\(both)")
                try await stage.dashboard.promote()
                try await stage.dieAndReturn(in: "baking")
                try await stage.dieAndReturn(in: "warm")
                try await stage.dieAndReturn(in: "draining")
                let counts = try await held.finish(within: .seconds(60))
                #expect(counts.answered == 2 && counts.failed == 0, "\(counts)")
                let end = try await stage.project.wait(forPhase: "finished")
                #expect(end.live == "v2" && end.processIDs.count == 2, "\(end)")
            }
        }

        @Test func theWayBackOutlivesADeath() async throws {
            var sketch = ServiceSketch(ports: PortBlock(), command: ServiceSketch.slow)
            sketch.strategy = "{blueGreen: {bake: 60s}}"
            sketch.drainTimeout = "2m"
            try await Self.watch(sketch) { stage in
                try await stage.dashboard.deploy("v2")
                try await stage.project.wait(forPhase: "awaitingPromotion")
                try await stage.dashboard.promote()
                try await stage.client.answers(5, of: "v2")
                let held = try IndependentClient.holding(
                    seconds: 15,
                    port: sketch.listen,
                    folder: stage.project.folder
                )
                try await held.sends(2)
                try await stage.dashboard.rollBack()
                try await stage.dieAndReturn(in: "reverting")
                let counts = try await held.finish(within: .seconds(40))
                #expect(counts.answered == 2 && counts.failed == 0, "\(counts)")
                let end = try await stage.project.wait(forPhase: "finished")
                #expect(end.live == "v1" && end.exitStatus == 4, "\(end)")
            }
        }

        @Test func rollingOutlivesADeathInEachPhase() async throws {
            var sketch = ServiceSketch(ports: PortBlock(), command: ServiceSketch.slow)
            sketch.instances = 3
            sketch.health = """
                {http: {path: /healthz}, interval: 250ms, timeout: 5s, minimumHealthyTime: 4s}
                """
            sketch.strategy = "{rolling: {batch: 1, surge: 1, monitor: 8s}}"
            try await Self.watch(sketch) { stage in
                try await stage.dashboard.deploy("v2")
                try await stage.dieAndReturn(in: "replacing")
                try await stage.dieAndReturn(in: "monitoring")
                try await stage.dashboard.rollBack()
                try await stage.dieAndReturn(in: "reverting")
                let end = try await stage.project.wait(forPhase: "finished", within: .seconds(40))
                #expect(end.live == "v1" && end.exitStatus == 4, "\(end)")
                #expect(end.processIDs.count == 3, "\(end)")
            }
        }

        /// A dashboard with `v1` live, under load.
        private struct Stage {
            let project: ProductProject
            let dashboard: Dashboard
            let client: IndependentClient

            /// Waits for the phase, kills the dashboard, and opens it again.
            func dieAndReturn(in phase: String) async throws {
                let before = try await project.wait(forPhase: phase)
                let foreground = try await dashboard.tmux.foregroundProcess()
                let process = try #require(foreground.flatMap(RunningProcess.init))
                process.signal(SIGKILL)
                try await waitUntil("the death") { !process.isAlive }
                try await client.answers(15)
                try await dashboard.reopen()
                let after = try await project.service()
                #expect(after.phase == phase, "\(before) became \(after)")
                #expect(after.rollout?.id == before.rollout?.id)
                #expect(after.live == before.live)
                #expect(after.sides.map(\.share) == before.sides.map(\.share), "\(phase)")
                #expect(after.processIDs == before.processIDs, "\(phase): \(before); \(after)")
            }
        }

        private static func watch(
            _ sketch: ServiceSketch,
            _ play: (Stage) async throws -> Void
        ) async throws {
            try await ProductProject.with(sketch) { project in
                try await Tmux.with(folder: project.folder) { tmux in
                    let dashboard = Dashboard(tmux: tmux, project: project)
                    try await dashboard.open()
                    try await project.serve("v1")
                    let client = try IndependentClient(port: sketch.listen, folder: project.folder)
                    try await client.answers(10, of: "v1")
                    try await play(
                        Stage(project: project, dashboard: dashboard, client: client)
                    )
                    let counts = try await client.finish()
                    #expect(counts.failed == 0, "\(counts)")
                    let end = try await project.service()
                    #expect(end.failedByProxy == 0)
                }
            }
        }
    }
}
