import Foundation
import Testing

extension EndToEnd {
    /// Instances that listen on Unix sockets.
    @Suite struct SocketTests {
        @Test func aRolloutBetweenInstancesOnSocketsFailsNoRequest() async throws {
            var sketch = ServiceSketch(ports: PortBlock(), command: ServiceSketch.slowOnSockets)
            sketch.strategy = "{blueGreen: {bake: 1s, keepWarm: 0s}}"
            try await ProductProject.with(sketch) { project in
                let engine = try await project.startEngine()
                try await project.serve("v1")
                #expect(project.sockets == ["1-1.sock", "1-2.sock"])
                let client = try IndependentClient(port: sketch.listen, folder: project.folder)
                try await project.accept("deploy", "shop", "v2")
                try await project.wait(forPhase: "awaitingPromotion")
                #expect(project.sockets.count == 4)
                try await client.answers(20, of: "v1")

                // A later engine finds the instances where they listen.
                engine.signal(SIGKILL)
                try await waitUntil("the engine's end") { engine.status != nil }
                try await project.startEngine()
                try await project.accept("promote", "shop")
                try await client.answers(40, of: "v2")
                let end = try await project.wait(forPhase: "finished")
                let counts = try await client.finish()
                #expect(counts.failed == 0, "\(counts)")
                #expect(end.live == "v2" && end.failedByProxy == 0)
                #expect(project.sockets == ["2-1.sock", "2-2.sock"], "blue's are gone")
            }
        }
    }
}

extension ProductProject {
    /// The sockets of instances, by name.
    fileprivate var sockets: [String] {
        let folder = state.appending(path: "run").path
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }
}
