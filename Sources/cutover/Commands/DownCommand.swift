import ArgumentParser
import CutoverCore
import CutoverEngine
import CutoverScreen
import Foundation
import Glibc

struct DownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Stop everything: every instance, the proxy and the engine. An outage.",
        discussion: """
            Requests that have begun are cut. What was deployed is remembered: the next engine \
            starts it again.
            """
    )

    @OptionGroup var project: ProjectOptions

    @Flag(help: "Do not ask.")
    var yes = false

    func run() async throws {
        let running: Attachment?
        do {
            running = try await project.find()
        } catch ControlError.noEngine {
            running = nil
        } catch let error as ControlError {
            complain("\(error)")
            throw ExitStatus.engineUnavailable.code
        }
        if let running {
            try await stop(running)
        } else {
            try await stopWithoutEngine()
        }
        print("stopped")
    }

    private func stop(_ running: Attachment) async throws {
        for await snapshot in running.engine.snapshots() {
            print(Self.text(snapshot))
            break
        }
        try ask()
        do {
            try await running.engine.stopEverything()
        } catch {
            complain("\(error)")
            throw ExitStatus.engineUnavailable.code
        }
    }

    /// Instances and proxy outlive an engine: one of this process takes them over and stops them.
    private func stopWithoutEngine() async throws {
        let project = try project.load()
        guard AdoptedManifest(in: project.stateDirectory) != nil else {
            complain("nothing runs: no engine has ever used \(project.stateDirectory)")
            throw ExitStatus.engineUnavailable.code
        }
        print("no engine runs; the instances and the proxy that one has left are stopped")
        try ask()
        let host = try await EngineHost.start(project)
        await host.stop(.stopEverything)
    }

    private func ask() throws {
        if yes { return }
        guard isatty(STDIN_FILENO) == 1 else {
            complain("nothing was stopped: without a terminal to ask on, add --yes")
            throw ExitStatus.usage.code
        }
        print("Stop all of it? Type yes: ", terminator: "")
        fflush(nil)
        guard readLine() == "yes" else {
            complain("nothing was stopped")
            throw ExitStatus.refused.code
        }
    }

    /// What an operator is about to stop.
    static func text(_ snapshot: EngineSnapshot) -> String {
        let services = snapshot.services.map { service in
            let living = service.sides.flatMap(\.instances).filter { $0.processID != nil }
            let names = living.map { "\($0.name) of \($0.release)" }.joined(separator: ", ")
            let going = service.isMoving ? "; its rollout is under way" : ""
            let own = names.isEmpty ? "no instance" : names
            let what = service.isExternal ? "instances that somebody else runs go on" : own
            return "  \(service.name) on \(service.listen): \(what)\(going)"
        }
        let lines = ["stops project \(snapshot.project), with its proxy and engine:"] + services
        return lines.map { Sanitizer.sanitize($0) }.joined(separator: "\n")
    }
}
