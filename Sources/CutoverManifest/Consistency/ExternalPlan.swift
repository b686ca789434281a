import CutoverCore

/// Whether the addresses of instances that somebody else starts fit beside each other and beside
/// the listeners.
struct ExternalPlan {
    var services: [DecodedService]
    var scan: ManifestScan

    func check() {
        var first: [String: (service: String, place: SourceLocation)] = [:]
        for service in services {
            let name = service.configuration.name.rawValue
            for entry in service.external?.entries ?? [] {
                if let other = first[entry.text] {
                    scan.error(
                        "\(entry.text) stands twice",
                        at: entry.place,
                        detail: "It is an instance of \(other.service.quoted) in line"
                            + " \(other.place.line). An instance is one of one service."
                    )
                } else {
                    first[entry.text] = (name, entry.place)
                }
                checkListeners(entry)
            }
        }
    }

    private func checkListeners(_ entry: (text: String, place: SourceLocation)) {
        guard let address = try? ListenAddress(entry.text) else { return }
        let listeners = services.flatMap { service in
            service.listeners.map { (service: service.configuration.name, listener: $0) }
        }
        let found = listeners.first { _, listener in
            listener.address == address
                || (listener.address.collides(with: address) && address.host == "127.0.0.1")
        }
        if let (service, listener) = found {
            scan.error(
                "\(entry.text) is a listener of this proxy",
                at: entry.place,
                detail: "It is '\(listener.key)' of \(service.rawValue.quoted), in line"
                    + " \(listener.place.line). Requests would go in a circle."
            )
        }
    }
}
