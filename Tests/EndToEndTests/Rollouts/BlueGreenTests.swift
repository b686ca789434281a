import Testing

extension EndToEnd {
    /// Blue-green under the load of a client that is not ours.
    @Suite struct BlueGreenTests {
        @Test func aReleaseIsPreviewedPromotedRolledBackAndPromotedAgainWithoutAFailedRequest()
            async throws
        {
            var sketch = ServiceSketch(ports: PortBlock(), instances: 4)
            sketch.checks = "[{name: smoke, http: {path: /, status: 200}, timeout: 5s}]"
            try await ProductProject.with(sketch) { project in
                try await project.startEngine()
                try await project.serve("v1")
                let client = try IndependentClient(port: sketch.listen, folder: project.folder)
                try await client.answers(40, of: "v1")
                let blue = try await project.service().processIDs

                try await project.accept("deploy", "shop", "v2")
                let gate = try await project.wait(forPhase: "awaitingPromotion")
                #expect(gate.exitStatus == 6)
                let preview = try IndependentClient(port: sketch.preview, folder: project.folder)
                try await preview.answers(40)
                let previewed = try await preview.finish()
                #expect(Set(previewed.releases.keys) == ["v2"], "\(previewed)")
                #expect(previewed.failed == 0, "\(previewed)")
                let gated = try await project.service()
                #expect(gated.side("candidate")?.share == 0)
                #expect(client.counts?.releases["v2"] == nil, "traffic before the promotion")

                try await project.accept("promote", "shop")
                try await client.answers(40, of: "v2")
                let warm = try await project.wait(forPhase: "warm")
                let drained = try await project.wait(for: "blue to drain") {
                    $0.side("stable")?.inFlight == 0
                }
                #expect(drained.side("stable")?.share == 0)
                #expect(warm.live == "v2" && warm.liveSlot == "green")
                #expect(warm.processIDs.isSuperset(of: blue), "blue is warm")

                try await project.accept("rollback", "shop")
                let back = try await project.wait(for: "v1 to be live", within: .seconds(5)) {
                    $0.live == "v1"
                }
                #expect(back.processIDs.isSuperset(of: blue), "the same blue as before")
                try await client.answers(40, of: "v1")
                try await project.wait(forPhase: "finished")

                try await project.accept("deploy", "shop", "v2")
                try await project.wait(forPhase: "awaitingPromotion")
                try await project.accept("promote", "shop")
                try await client.answers(40, of: "v2")
                let counts = try await client.finish()
                #expect(counts.failed == 0, "\(counts)")
                let end = try await project.service()
                #expect(end.failedByProxy == 0)
            }
        }

        @Test func progressiveStepsShiftWeightAndRollbackReturnsAllOfIt() async throws {
            var sketch = ServiceSketch(ports: PortBlock())
            sketch.strategy = """
                {blueGreen: {shift: [30, 100], soak: 60s, bake: 1s, keepWarm: 1m}}
                """
            try await ProductProject.with(sketch) { project in
                try await project.startEngine()
                try await project.serve("v1")
                let client = try IndependentClient(port: sketch.listen, folder: project.folder)
                try await project.accept("deploy", "shop", "v2")
                try await project.wait(forPhase: "awaitingPromotion")
                try await project.accept("promote", "shop")
                try await project.wait(for: "30 %") { $0.side("candidate")?.share == 30 }
                try await client.answers(10, of: "v2")
                try await client.answers(10, of: "v1")
                try await project.accept("rollback", "shop")
                try await project.wait(forPhase: "finished")
                let before = client.counts?.releases["v2"] ?? 0
                try await client.answers(100)
                let counts = try await client.finish()
                #expect(counts.releases["v2"] == before, "no request for v2 after the way back")
                #expect(counts.failed == 0, "\(counts)")
            }
        }

        @Test func aFailingReleaseIsHeldByItselfAndOneVerbBringsBlueBack() async throws {
            var sketch = ServiceSketch(ports: PortBlock())
            sketch.strategy = "{blueGreen: {bake: 60s, keepWarm: 5m}}"
            try await ProductProject.with(sketch) { project in
                try await project.startEngine()
                try await project.serve("v1")
                let client = try IndependentClient(port: sketch.listen, folder: project.folder)
                try await project.accept("deploy", "shop", "v4-failing")
                try await project.wait(forPhase: "awaitingPromotion")
                try await project.accept("promote", "shop")
                let held = try await project.wait(for: "a hold") { $0.rollout?.isHeld ?? false }
                #expect(held.exitStatus == 6)
                #expect(held.rollout?.sentence.contains("%") ?? false, "\(held)")
                try await project.accept("rollback", "shop")
                try await client.answers(40, of: "v1")
                let end = try await project.wait(forPhase: "finished")
                #expect(end.live == "v1" && end.exitStatus == 4)
                let counts = try await client.finish()
                #expect(counts.failed == 0, "\(counts)")
                #expect(counts.releaseErrors.keys.sorted() == ["v4-failing"], "\(counts)")
                #expect(end.failedByProxy == 0)
            }
        }
    }
}
