import ArgumentParser
import CutoverCore
import CutoverManifest
import Foundation

struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a manifest and print every fault with its place."
    )

    @Argument(help: "The manifest; - reads standard input.")
    var file = "cutover.yaml"

    @Flag(help: "Print what every key means: type, unit, default and consequence.")
    var keys = false

    @Flag(help: "Print a manifest to start from.")
    var template = false

    func run() async throws {
        if keys { return print(ManifestReference.text) }
        if template { return print(Manifest.template) }
        let result = file == "-" ? Self.standardInput() : Manifest.load(path: file)
        print(result.report, terminator: "")
        guard let configuration = result.configuration else { throw ExitStatus.usage.code }
        let names = configuration.services.map(\.name.rawValue)
        let count = names.count == 1 ? "1 service" : "\(names.count) services"
        print("\(file): valid: \(count) (\(names.joined(separator: ", ")))")
        if file != "-" { await warnOfOlder(result) }
    }

    private static func standardInput() -> ManifestResult {
        let bytes = (try? FileHandle.standardInput.readToEnd()) ?? Data()
        let text = String(decoding: bytes, as: UTF8.self)
        return Manifest.parse(text: text, path: "-", surroundings: .current)
    }

    /// A valid edit does nothing to an engine that runs, which an operator might believe.
    private func warnOfOlder(_ result: ManifestResult) async {
        var options = ProjectOptions()
        (options.file, options.state) = (file, nil)
        for directory in options.stateHome.directories(adoptedFrom: options.manifest)
        where AdoptedManifest(in: directory)?.digest != result.digest {
            guard (try? await RunningEngine.attach(to: directory)) != nil else { continue }
            complain(
                "the engine in \(directory) runs with \(file) as it was before; the edit counts "
                    + "from its next start on"
            )
        }
    }
}
