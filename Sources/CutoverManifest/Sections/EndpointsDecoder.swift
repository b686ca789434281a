import CutoverCore

/// Decodes where the instances that Cutover starts listen: on ports, or on sockets when the command
/// or the environment asks for one.
struct EndpointsDecoder {
    var runtime: Section
    /// Whether the section is there; a fault of it hides that a key is missing.
    var isThere: Bool
    /// The texts in which `${port}` and `${socket}` may stand.
    var texts: [(text: String, key: String, place: SourceLocation)]

    /// `nil` when there is a fault.
    func decode() -> InstanceEndpoints? {
        let range = runtime.range("ports", example: "9100-9199")
        guard let socket = texts.first(where: { $0.text.contains("${socket}") }) else {
            if range == nil, isThere {
                runtime.missing("ports", hint: "ports: 9100-9199")
            }
            return range.map { .ports(UInt16($0.lowerBound)...UInt16($0.upperBound)) }
        }
        if let port = texts.first(where: { $0.text.contains("${port}") }) {
            runtime.fault(
                socket.key,
                "'${socket}' stands beside '${port}'",
                at: socket.place,
                detail:
                    "'${port}' is in line \(port.place.line). An instance listens in one place.",
                hint: "leave one of the two"
            )
            return nil
        }
        if runtime.has("ports") {
            runtime.scan.warning(
                "'ports' has no effect",
                at: runtime.place("ports"),
                detail: "The instances listen on sockets: '${socket}' is in line"
                    + " \(socket.place.line).",
                hint: "leave it out"
            )
        }
        return .sockets
    }
}
