import Glibc
import Testing

extension EndToEnd {
    @Suite struct ProxyDeathTests {
        @Test func aKilledProxyComesBackWithItsTableAndFailsNothingAfterwards() async throws {
            let sketch = ServiceSketch(ports: PortBlock())
            try await ProductProject.with(sketch) { project in
                try await project.startEngine()
                try await project.serve("v1")
                try await project.accept("deploy", "shop", "v2")
                try await project.wait(forPhase: "awaitingPromotion")
                try await project.accept("promote", "shop")
                try await project.wait(for: "v2 to be live") { $0.live == "v2" }
                let during = try IndependentClient(port: sketch.listen, folder: project.folder)
                let connecting = try IndependentClient(
                    port: sketch.listen,
                    rate: 200,
                    isFresh: true,
                    folder: project.folder
                )
                try await during.answers(20, of: "v2")
                try await connecting.answers(20, of: "v2")
                let first = try project.proxy()
                first.signal(SIGKILL)
                let second = try await value(of: "another proxy", within: .seconds(5)) {
                    project.processes.first { $0.arguments.dropFirst().first == "proxy" }
                        .flatMap { $0.processID == first.processID ? nil : $0 }
                }
                try await during.answers(40, of: "v2")
                let hurt = try await during.finish()
                #expect(Set(hurt.releases.keys) == ["v2"], "\(hurt)")
                try await connecting.answers(40, of: "v2")
                let connections = try await connecting.finish()
                #expect(connections.failures["refused"] == nil, "\(connections)")
                let after = try IndependentClient(port: sketch.listen, folder: project.folder)
                try await after.answers(60, of: "v2")
                try await project.accept("rollback", "shop")
                try await after.answers(40, of: "v1")
                let counts = try await after.finish()
                #expect(counts.failed == 0, "\(counts)")
                #expect(second.isAlive)
                let events = try await project.run("events")
                #expect(events.output.contains("\(second.processID)"), "\(events.output)")
            }
        }

        @Test func aProxyThatIsToldToEndFailsNoNewConnectionAndFinishesWhatRuns() async throws {
            var sketch = ServiceSketch(ports: PortBlock())
            sketch.command = ServiceSketch.slow
            try await ProductProject.with(sketch) { project in
                try await project.startEngine()
                try await project.serve("v1")
                let held = try IndependentClient.holding(
                    seconds: 8,
                    port: sketch.listen,
                    folder: project.folder
                )
                try await held.sends(2)
                let client = try IndependentClient(
                    port: sketch.listen,
                    isFresh: true,
                    folder: project.folder
                )
                try await client.answers(20, of: "v1")
                let first = try project.proxy()
                first.signal(SIGTERM)
                let second = try await value(of: "another proxy", within: .seconds(5)) {
                    project.processes.first {
                        $0.arguments.dropFirst().first == "proxy"
                            && $0.processID != first.processID
                    }
                }
                try await client.answers(60, of: "v1")
                #expect(first.isAlive, "what it has in flight is finished")
                let finished = try await held.finish()
                #expect(finished.answered == 2 && finished.failed == 0, "\(finished)")
                try await waitUntil("the end of the first proxy", within: .seconds(5)) {
                    !first.isAlive
                }
                try await client.answers(40, of: "v1")
                let counts = try await client.finish()
                #expect(counts.failed == 0, "\(counts)")
                #expect(second.isAlive)
                let events = try await project.run("events")
                #expect(events.output.contains("\(second.processID)"), "\(events.output)")
            }
        }

        @Test func theProxyServesOnWhileNoEngineIsThere() async throws {
            let sketch = ServiceSketch(ports: PortBlock())
            try await ProductProject.with(sketch) { project in
                let engine = try await project.startEngine()
                try await project.serve("v1")
                let instances = try await project.service().processIDs
                let proxy = try project.proxy()
                let client = try IndependentClient(port: sketch.listen, folder: project.folder)
                try await client.answers(20)
                engine.signal(SIGTERM)
                let end = try await engine.result(within: .seconds(5))
                #expect(end.status == 0, "\(end.text)")
                try await client.answers(200, of: "v1")
                try await project.startEngine()
                let adopted = try await project.service()
                #expect(adopted.processIDs == instances, "\(adopted)")
                #expect(try project.proxy().processID == proxy.processID)
                let counts = try await client.finish()
                #expect(counts.failed == 0, "\(counts)")
            }
        }
    }
}
