import Foundation
import Testing

extension EndToEnd {
    /// Instances that somebody else starts: the test.
    @Suite struct ExternalTests {
        @Test func trafficMovesBetweenServersThatAreNeverStartedOrStopped() async throws {
            let ports = PortBlock()
            var sketch = ServiceSketch(ports: ports, instances: 1)
            sketch.external = "{blue: [127.0.0.1:\(ports[2])], green: [127.0.0.1:\(ports[3])]}"
            sketch.health = """
                {http: {path: /, expectHeaders: {X-Release: "${release}"}}, interval: 250ms, \
                minimumHealthyTime: 1s}
                """
            try await ProductProject.with(sketch) { project in
                let blue = try project.serveElsewhere("v1", on: ports[2])
                try await project.startEngine()
                try await project.serve("v1")
                let client = try IndependentClient(port: sketch.listen, folder: project.folder)

                try await project.accept("deploy", "shop", "v2")
                try await project.wait(for: "the word that green is somebody else's") {
                    $0.rollout?.sentence.contains("started by somebody else: deploy v2") ?? false
                }
                let green = try project.serveElsewhere("v2", on: ports[3])
                try await project.wait(forPhase: "awaitingPromotion")
                try await client.answers(20, of: "v1")
                try await project.accept("promote", "shop")
                try await client.answers(40, of: "v2")
                try await project.wait(forPhase: "warm")
                try await project.accept("rollback", "shop")
                try await client.answers(40, of: "v1")
                let end = try await project.wait(forPhase: "finished")
                let counts = try await client.finish()
                #expect(counts.failed == 0, "\(counts)")
                #expect(end.live == "v1" && end.failedByProxy == 0)
                #expect(end.processIDs.isEmpty, "no process is Cutover's")

                let down = try await project.run("down", "--yes")
                #expect(down.status == 0 && down.output.contains("somebody else runs go on"))
                #expect(blue.status == nil && green.status == nil, "they go on")
            }
        }
    }
}

extension ProductProject {
    /// A server of a release, started by nobody of the product.
    fileprivate func serveElsewhere(_ release: String, on port: Int) throws -> Program {
        try Program(
            "python3",
            [Support.path("slow_service.py"), "\(port)", release],
            folder: folder
        )
    }
}
