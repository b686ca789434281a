import ArgumentParser
import CutoverDemo

struct SampleServiceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample-service",
        abstract: "Serve HTTP as a release of the demo behaves.",
        shouldDisplay: false
    )

    @Option(help: "The port on 127.0.0.1.")
    var port: Int

    @Option(help: "The release; its last part is its behaviour, as in v4-failing.")
    var release: String

    @Option(help: "What the instance is called.")
    var instance: String

    func run() async throws {
        try await SampleService(port: port, release: release, instance: instance).run()
    }
}
