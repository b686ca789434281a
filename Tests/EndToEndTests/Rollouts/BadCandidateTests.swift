import Testing

extension EndToEnd {
    /// Candidates that never work: the service goes on, and the screen shows why they do not.
    @Suite struct BadCandidateTests {
        private static let quickHealth = """
            {http: {path: /healthz}, interval: 250ms, timeout: 2s, minimumHealthyTime: 1s, \
            startTimeout: 6s}
            """

        @Test func aCandidateThatNeverGetsHealthyShowsItsProbesAndIsDiscarded() async throws {
            var sketch = ServiceSketch(ports: PortBlock())
            sketch.health = Self.quickHealth
            try await watch(sketch, deploying: "v5-unhealthy", evidence: ["503, expected 200-299"])
        }

        @Test func aCandidateInACrashLoopShowsItsExitAndItsLastWords() async throws {
            var sketch = ServiceSketch(ports: PortBlock())
            sketch.health = Self.quickHealth
            let service = "exec \(Product.path) sample-service --port $PORT --release $RELEASE"
            sketch.command = """
                [/bin/sh, -c, "test $RELEASE = v9-looping && echo no licence found && exit 3; \
                \(service) --instance $INSTANCE"]
                """
            try await watch(
                sketch,
                deploying: "v9-looping",
                evidence: ["exit status 3", "no licence found"]
            )
        }

        @Test func aReleaseThatDiesUnderLoadIsSeenAndBlueComesBack() async throws {
            var sketch = ServiceSketch(ports: PortBlock())
            sketch.strategy = "{blueGreen: {bake: 60s, keepWarm: 5m}}"
            try await ProductProject.with(sketch) { project in
                try await project.startEngine()
                try await project.serve("v1")
                let client = try IndependentClient(port: sketch.listen, folder: project.folder)
                try await project.accept("deploy", "shop", "v6-crashing")
                try await project.wait(forPhase: "awaitingPromotion")
                try await project.accept("promote", "shop")
                let noticed = try await project.wait(for: "the crashes to be noticed") {
                    ($0.rollout?.isHeld ?? false) || ["reverting", "finished"].contains($0.phase)
                }
                if noticed.rollout?.isHeld ?? false {
                    // The crash loop may bring it back by itself meanwhile; then there is nothing
                    // to do.
                    try await project.run("rollback", "shop")
                }
                let end = try await project.wait(forPhase: "finished")
                #expect(end.live == "v1" && [3, 4].contains(end.exitStatus), "\(end)")
                try await client.answers(60, of: "v1")
                let before = client.counts?.failed
                try await client.answers(60, of: "v1")
                let counts = try await client.finish()
                #expect(counts.failed == before, "v1 serves without a failure: \(counts)")
            }
        }

        private func watch(
            _ sketch: ServiceSketch,
            deploying release: String,
            evidence: [String]
        ) async throws {
            try await ProductProject.with(sketch) { project in
                try await project.startEngine()
                try await project.serve("v1")
                let client = try IndependentClient(port: sketch.listen, folder: project.folder)
                try await client.answers(20, of: "v1")
                try await Tmux.with(columns: 200, rows: 60, folder: project.folder) { tmux in
                    let dashboard = Dashboard(tmux: tmux, project: project)
                    try await dashboard.open()
                    try await project.accept("deploy", "shop", release)
                    for words in evidence { try await tmux.wait(forText: words) }
                    let end = try await project.wait(forPhase: "finished")
                    #expect(end.live == "v1")
                    #expect([2, 3].contains(end.exitStatus), "\(end)")
                    for words in evidence { try await tmux.wait(forText: words) }
                    try await tmux.press("q")
                    try await tmux.waitForPrompt()
                }
                let counts = try await client.finish()
                #expect(counts.failed == 0, "\(counts)")
                #expect(Set(counts.releases.keys) == ["v1"], "\(counts)")
            }
        }
    }
}
