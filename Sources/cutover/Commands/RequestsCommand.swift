import ArgumentParser
import CutoverDrivers
import CutoverWire

struct RequestsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requests",
        abstract: "List the requests that draining instances still work on, the oldest first.",
        discussion: """
            The proxy is asked itself, so this works without an engine too. Queries are left out: \
            they may hold secrets.
            """
    )

    @OptionGroup var project: ProjectOptions

    @Argument(help: "Only of this service.")
    var service: String?

    @Flag(help: "On every instance, not only on those that drain.")
    var all = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let attachment = try? await project.find()
        let directory = try attachment?.stateDirectory ?? project.load().stateDirectory
        let client = ProxyClient(socketPath: ProxySocket.path(in: directory))
        var names: [String: String] = [:]
        if let snapshots = attachment?.engine.snapshots() {
            for await snapshot in snapshots {
                names = RequestsText.names(in: snapshot)
                break
            }
        }
        let list: InFlightList
        do throws(ProxyClientError) {
            list = try read(client)
        } catch {
            complain("\(error)")
            throw ExitStatus.engineUnavailable.code
        }
        let text = RequestsText(list, of: service, names: names)
        print(json ? try text.json : text.text)
    }

    private func read(_ client: ProxyClient) throws(ProxyClientError) -> InFlightList {
        guard all else { return try client.inFlight() }
        let keys = try client.stats().services.flatMap(\.backends).map(\.key)
        return keys.isEmpty ? InFlightList() : try client.inFlight(on: keys)
    }
}
