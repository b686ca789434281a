import Testing

extension EndToEnd {
    @Suite struct RollingTests {
        @Test func aRollingDeploymentIsPausedInTheMiddleAndContinuedWithoutAFailedRequest()
            async throws
        {
            var sketch = ServiceSketch(ports: PortBlock(), instances: 6)
            sketch.strategy = "{rolling: {batch: 2, surge: 2, monitor: 2s}}"
            try await ProductProject.with(sketch) { project in
                try await project.startEngine()
                try await project.serve("v1")
                let client = try IndependentClient(port: sketch.listen, folder: project.folder)
                try await client.answers(40, of: "v1")
                try await project.accept("deploy", "shop", "v2")
                try await project.wait(forPhase: "monitoring")
                try await project.accept("pause", "shop")
                let paused = try await project.wait(for: "the pause") {
                    $0.rollout?.isHeld ?? false
                }
                #expect(paused.rollout?.sentence.contains("paused") ?? false, "\(paused)")
                // Longer than the batch is watched, counted in requests of a known pace.
                try await client.answers(300)
                let later = try await project.service()
                #expect(later.phase == paused.phase, "\(later)")
                #expect(later.processIDs == paused.processIDs, "a pause starts and stops nothing")
                let both = Set(client.counts?.releases.keys ?? [:].keys)
                #expect(both == ["v1", "v2"])

                try await project.accept("continue", "shop")
                let end = try await project.wait(forPhase: "finished", within: .seconds(60))
                #expect(end.live == "v2" && end.exitStatus == 0)
                #expect(end.processIDs.count == 6, "\(end)")
                let counts = try await client.finish()
                #expect(counts.failed == 0, "\(counts)")
                #expect(end.failedByProxy == 0)
            }
        }

        @Test func aFailingReleaseIsHeldInItsFirstBatchAndRolledBack() async throws {
            var sketch = ServiceSketch(ports: PortBlock(), instances: 4)
            sketch.strategy = "{rolling: {batch: 1, surge: 1, monitor: 20s}}"
            try await ProductProject.with(sketch) { project in
                try await project.startEngine()
                try await project.serve("v1")
                let client = try IndependentClient(port: sketch.listen, folder: project.folder)
                try await project.accept("deploy", "shop", "v4-failing")
                let held = try await project.wait(for: "a hold") { $0.rollout?.isHeld ?? false }
                #expect(held.side("candidate")?.instances.count == 1, "\(held)")
                try await project.accept("rollback", "shop")
                let end = try await project.wait(forPhase: "finished", within: .seconds(60))
                #expect(end.live == "v1" && end.exitStatus == 4)
                #expect(end.processIDs.count == 4, "\(end)")
                let counts = try await client.finish()
                #expect(counts.failed == 0, "\(counts)")
                #expect(Set(counts.releaseErrors.keys) == ["v4-failing"], "\(counts)")
            }
        }
    }
}
