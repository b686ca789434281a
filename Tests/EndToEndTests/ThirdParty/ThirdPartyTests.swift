import Foundation
import Testing

extension EndToEnd {
    /// Servers that know nothing of Cutover, under the load of wrk.
    @Suite struct ThirdPartyTests {
        private static let quick = """
            {http: {path: /}, interval: 200ms, timeout: 5s, minimumHealthyTime: 500ms}
            """

        @Test func nginxIsSwitchedTenTimesWithoutAnError() async throws {
            var sketch = ServiceSketch(ports: PortBlock())
            sketch.command = """
                [/bin/sh, -c, "sed s/PORT/$PORT/g nginx.conf | sed s/RELEASE/$RELEASE/g \
                > $PORT.conf && exec nginx -e stderr -p . -c $PORT.conf"]
                """
            sketch.health = Self.quick
            sketch.strategy = "{blueGreen: {bake: 0s, keepWarm: 5m}}"
            try await ProductProject.with(sketch) { project in
                try Self.nginxConfiguration.write(
                    to: project.folder.appending(path: "nginx.conf"),
                    atomically: true,
                    encoding: .utf8
                )
                try await project.startEngine()
                try await project.serve("v1")
                try await switchTenTimes(sketch, project)
            }
        }

        @Test func pythonsServerIsSwitchedTenTimesWithoutAnError() async throws {
            var sketch = ServiceSketch(ports: PortBlock())
            sketch.command = Self.pythonServer
            sketch.health = Self.quick
            sketch.strategy = "{blueGreen: {bake: 0s, keepWarm: 5m}}"
            try await ProductProject.with(sketch) { project in
                try Self.makePages(in: project.folder)
                try await project.startEngine()
                try await project.serve("v1")
                try await switchTenTimes(sketch, project)
            }
        }

        @Test func sixPythonServersAreReplacedInARollingPassWithoutAnError() async throws {
            var sketch = ServiceSketch(ports: PortBlock(), instances: 6)
            sketch.command = Self.pythonServer
            sketch.health = Self.quick
            sketch.strategy = "{rolling: {batch: 2, surge: 2, monitor: 1s}}"
            try await ProductProject.with(sketch) { project in
                try Self.makePages(in: project.folder)
                try await project.startEngine()
                try await project.serve("v1")
                let client = try Self.client(sketch, project)
                let load = try Wrk(port: sketch.listen, folder: project.folder)
                try await client.answers(10, of: "v1")
                try await project.accept("deploy", "shop", "v2")
                try await project.wait(forPhase: "finished", within: .seconds(50))
                try await client.answers(20, of: "v2")
                let end = try await project.service()
                #expect(end.live == "v2" && end.processIDs.count == 6, "\(end)")
                #expect(end.failedByProxy == 0)
                try await load.expectNoErrors()
                let counts = try await client.finish()
                #expect(counts.failed == 0, "\(counts)")
            }
        }

        private func switchTenTimes(
            _ sketch: ServiceSketch,
            _ project: ProductProject
        ) async throws {
            let client = try Self.client(sketch, project)
            let load = try Wrk(port: sketch.listen, folder: project.folder)
            try await client.answers(10, of: "v1")
            for turn in 1...10 {
                let release = "v\(turn + 1)"
                try await project.accept("deploy", "shop", release)
                try await project.wait(forPhase: "awaitingPromotion")
                try await project.accept("promote", "shop")
                try await client.answers(10, of: release)
            }
            try await load.expectNoErrors()
            let counts = try await client.finish()
            #expect(counts.failed == 0, "\(counts)")
            let end = try await project.service()
            #expect(end.live == "v11")
            #expect(end.failedByProxy == 0)
        }

        private static func client(
            _ sketch: ServiceSketch,
            _ project: ProductProject
        ) throws -> IndependentClient {
            try IndependentClient(
                port: sketch.listen,
                post: nil,
                mark: .body,
                folder: project.folder
            )
        }

        private static let pythonServer = """
            [python3, -m, http.server, "${port}", --bind, 127.0.0.1, --directory, "${release}"]
            """

        private static func makePages(in folder: URL) throws {
            for release in (1...11).map({ "v\($0)" }) {
                let pages = folder.appending(path: release)
                try FileManager.default.createDirectory(
                    at: pages,
                    withIntermediateDirectories: true
                )
                try "\(release)\n".write(
                    to: pages.appending(path: "index.html"),
                    atomically: true,
                    encoding: .utf8
                )
            }
        }

        private static let nginxConfiguration = """
            daemon off;
            worker_processes 1;
            pid PORT.pid;
            error_log stderr;
            events { worker_connections 512; }
            http {
                access_log off;
                server {
                    listen 127.0.0.1:PORT;
                    location / { return 200 "RELEASE\\n"; }
                }
            }

            """
    }
}
