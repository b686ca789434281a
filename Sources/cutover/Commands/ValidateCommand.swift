import ArgumentParser
import CutoverCore
import CutoverManifest

struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a manifest and print every fault with its place."
    )

    @Argument(help: "The manifest.")
    var file = "cutover.yaml"

    @Flag(help: "Print what every key means: type, unit, default and consequence.")
    var keys = false

    @Flag(help: "Print a manifest to start from.")
    var template = false

    func run() throws {
        if keys { return print(ManifestReference.text) }
        if template { return print(Manifest.template) }
        let result = Manifest.load(path: file)
        print(result.report, terminator: "")
        guard let configuration = result.configuration else { throw ExitStatus.usage.code }
        let names = configuration.services.map(\.name.rawValue).joined(separator: ", ")
        print("\(file): valid: \(configuration.services.count) services (\(names))")
    }
}
