import Foundation
import Glibc
import Testing

extension EndToEnd {
    /// What is wrong around the program rather than in its manifest.
    @Suite struct ProjectFaultTests {
        @Test func verbsWithoutAnEngineSayHowToStartOne() async throws {
            try await ProductProject.with(ServiceSketch(ports: PortBlock())) { project in
                let commands = [
                    ["deploy", "shop", "v1"], ["promote", "shop"], ["pause", "shop"],
                    ["continue", "shop"], ["rollback", "shop"], ["status"], ["events"],
                    ["logs", "shop/b1"], ["--once"],
                ]
                for command in commands {
                    let result = try await Program.run(
                        Product.path,
                        command.prefix(1) + project.options + command.dropFirst(),
                        folder: project.folder
                    )
                    #expect(result.status == 8, "\(command): \(result.text)")
                    #expect(result.errors.contains("cutover run"), "\(command): \(result.text)")
                }
            }
        }

        @Test func whatDoesNotApplyIsRefusedWithItsReasonAndStatus() async throws {
            try await ProductProject.with(ServiceSketch(ports: PortBlock())) { project in
                try await project.startEngine()
                for verb in ["promote", "pause", "continue", "rollback"] {
                    let result = try await project.run(verb, "shop")
                    #expect(result.status == 7, "\(verb): \(result.text)")
                    #expect(result.errors.contains("refused: "), "\(verb): \(result.text)")
                }
                let unknown = try await project.run("deploy", "shap", "v1")
                #expect(unknown.status == 1, "\(unknown.text)")
                #expect(unknown.errors.contains("shop"), "\(unknown.text)")
                let log = try await project.run("logs", "shop/b9")
                #expect(log.status == 1, "\(log.text)")
                for name in ["two words", "-v", "", "v1\n", "v1\u{1B}[2J"] {
                    let release = try await project.run("deploy", "shop", "--", name)
                    #expect(release.status == 1, "\(name): \(release.text)")
                }
                try await project.serve("v1")
                let again = try await project.run("deploy", "shop", "v1")
                #expect(again.status == 7, "\(again.text)")
                #expect(again.errors.contains("live"), "\(again.text)")
            }
        }

        @Test func wrongUsageHasItsStatusAndShowsTheRightOne() async throws {
            let wrong = [
                ["deploy", "shop"], ["frobnicate"], ["--size", "big"], ["status", "--jason"],
            ]
            for arguments in wrong {
                let result = try await Program.run(Product.path, arguments)
                #expect(result.status == 1, "\(arguments): \(result.text)")
                #expect(result.errors.contains("Usage: cutover"), "\(arguments): \(result.text)")
            }
            let help = try await Product.run("--help")
            #expect(help.status == 0 && help.output.contains("Exit status"), "\(help.text)")
        }

        @Test func aSecondEngineIsRefusedAndTheFirstGoesOn() async throws {
            try await ProductProject.with(ServiceSketch(ports: PortBlock())) { project in
                let first = try await project.startEngine()
                let second = try await project.run("run")
                #expect(second.status == 8, "\(second.text)")
                #expect(second.errors.contains("\(first.processID)"), "\(second.text)")
                let status = try await project.status()
                #expect(status != nil)
            }
        }

        @Test func aTakenPortIsNamedAndServedOnceItIsFree() async throws {
            let sketch = ServiceSketch(ports: PortBlock())
            try await ProductProject.with(sketch) { project in
                var taken: TakenPort? = try TakenPort(sketch.listen)
                try await project.startEngine()
                try await project.accept("deploy", "shop", "v1")
                let port = ":\(sketch.listen)"
                try await waitUntil("the taken port to be named") {
                    guard let status = try await project.status() else { return false }
                    return status.faults.contains { $0.contains(port) }
                        || status.services[0].rollout?.sentence.contains(port) ?? false
                }
                taken = nil
                try await project.wait(for: "v1 to be live", within: .seconds(60)) {
                    $0.live == "v1"
                }
                let client = try IndependentClient(port: sketch.listen, folder: project.folder)
                try await client.answers(20, of: "v1")
                #expect(taken == nil)
                let counts = try await client.finish()
                #expect(counts.failed == 0, "\(counts)")
            }
        }

        @Test func portsOfInstancesThatOthersHoldAreGoneRound() async throws {
            let sketch = ServiceSketch(ports: PortBlock())
            try await ProductProject.with(sketch) { project in
                let taken = try [2, 3, 5].map { try TakenPort(sketch.ports[$0]) }
                try await project.startEngine()
                try await project.serve("v1")
                let used = try await project.service().sides.flatMap(\.instances).map(\.address)
                #expect(used.count == 2)
                for port in taken { #expect(!used.contains { $0.hasSuffix(":\(port.port)") }) }
            }
        }

        @Test func aMissingProgramFailsTheRolloutInWords() async throws {
            var sketch = ServiceSketch(ports: PortBlock())
            sketch.command = "[./no-such-program, \"${port}\"]"
            try await ProductProject.with(sketch) { project in
                try await project.startEngine()
                let result = try await project.run(
                    "deploy",
                    "--wait",
                    "--timeout",
                    "30",
                    "shop",
                    "v1",
                    within: .seconds(40)
                )
                #expect(result.status == 2, "\(result.text)")
                #expect(result.text.contains("no-such-program"), "\(result.text)")
            }
        }

        @Test func aStateDirectoryThatCannotBeIsNamed() async throws {
            try await ProductProject.with(ServiceSketch(ports: PortBlock())) { project in
                try Data().write(to: project.state)
                let file = try await project.run("run")
                #expect(file.status == 8, "\(file.text)")
                #expect(file.errors.contains(project.state.path), "\(file.text)")
                try FileManager.default.removeItem(at: project.state)
                guard geteuid() == 0 else { return }
                chmod(project.folder.path, 0o755)
                chmod(project.manifest.path, 0o644)
                let result = try await Program.run(
                    "/usr/bin/setpriv",
                    ["--reuid=65534", "--regid=65534", "--clear-groups", Product.path, "run"]
                        + project.options,
                    folder: project.folder
                )
                #expect(result.status == 8, "\(result.text)")
                #expect(result.errors.contains("Permission denied"), "\(result.text)")
                #expect(result.errors.contains(project.state.path), "\(result.text)")
            }
        }
    }
}
