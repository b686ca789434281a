import ArgumentParser
import CutoverCore
import CutoverScreen

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print the last lines that an instance wrote."
    )

    @OptionGroup var project: ProjectOptions

    @Argument(help: ArgumentHelp("Such as checkout/g2.", valueName: "service/instance"))
    var instance: String

    func run() async throws {
        let link = try await project.attach().engine
        for await snapshot in link.snapshots() {
            let all = snapshot.services.flatMap { service in
                service.sides.flatMap(\.instances).map { (service.name, $0) }
            }
            let found = all.first { "\($0)/\($1.name)" == instance }
            guard let (service, found) = found else {
                let known = all.map { "\($0)/\($1.name)" }.joined(separator: ", ")
                complain("no instance '\(instance)': \(known.isEmpty ? "none is known" : known)")
                throw ExitStatus.usage.code
            }
            if snapshot.services.contains(where: { $0.name == service && $0.isExternal }) {
                complain("'\(instance)' is run by somebody else, who has its log")
                throw ExitStatus.usage.code
            }
            for line in await link.log(of: found.id, service: service) {
                print(Sanitizer.sanitize(line))
            }
            return
        }
    }
}
