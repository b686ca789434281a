import CutoverCore

/// Addresses of instances that somebody else starts, with the places that are compared with others.
struct DecodedExternal {
    var addresses: ExternalAddresses
    /// In the order of the file.
    var entries: [(text: String, place: SourceLocation)]

    /// How many instances a release can have.
    var count: Int {
        switch addresses {
        case .slots(let blue, _): blue.count
        case .instances(let addresses): addresses.count
        }
    }
}

/// Decodes `runtime.external`.
struct ExternalDecoder {
    var section: Section

    /// `nil` when there is a fault.
    func decode() -> DecodedExternal? {
        let lists = ["blue", "green", "instances"].map { ($0, addresses($0)) }
        section.finish()
        let (blue, green, instances) = (lists[0].1, lists[1].1, lists[2].1)
        guard section.isSound("blue", "green", "instances") else { return nil }
        let entries = lists.flatMap { $0.1 ?? [] }
        switch (blue, green, instances) {
        case (nil, nil, let instances?):
            return DecodedExternal(addresses: .instances(instances.map(\.text)), entries: entries)
        case (let blue?, let green?, nil):
            guard blue.count == green.count else {
                section.fault(
                    "green",
                    "'blue' has \(blue.count) and 'green' has \(green.count) addresses",
                    detail: "A release has as many instances in the one slot as in the other."
                )
                return nil
            }
            let slots = ExternalAddresses.slots(
                blue: blue.map(\.text),
                green: green.map(\.text)
            )
            return DecodedExternal(addresses: slots, entries: entries)
        case (nil, nil, nil):
            section.scan.error(
                "'external' has no addresses",
                at: section.header,
                hint: "external: {blue: [10.0.0.1:8080], green: [10.0.1.1:8080]}"
            )
        case (nil, _, nil): section.missing("blue")
        case (_, nil, nil): section.missing("green")
        case (_, _, _):
            section.fault(
                "instances",
                "'external' has 'instances' beside a slot",
                detail: "'blue' and 'green' are of a blue-green service, 'instances' of a rolling"
                    + " one.",
                hint: "leave one of the two"
            )
        }
        return nil
    }

    private func addresses(_ key: String) -> [(text: String, place: SourceLocation)]? {
        guard let items = section.items(key) else { return nil }
        guard !items.isEmpty else {
            section.fault(key, "\(key.quoted) is empty", detail: section.due(key))
            return nil
        }
        return items.compactMap { item in
            guard let text = item.text.flatMap(Self.address) else {
                section.fault(
                    key,
                    "\(item.description) is no address of an instance",
                    at: item.place,
                    detail:
                        "Expected: an IPv4 address with a port, such as 10.0.0.1:8080, or 'unix:'"
                        + " with a path from '/' of at most 107 bytes. Names are not resolved."
                )
                return nil
            }
            return (text, item.place)
        }
    }

    private static func address(_ text: String) -> String? {
        if text.hasPrefix("unix:") {
            let path = text.dropFirst("unix:".count)
            let isSound = path.hasPrefix("/") && !path.hasSuffix("/") && path.utf8.count <= 107
            return isSound && path.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } ? text : nil
        }
        guard let address = try? ListenAddress(text), address.host != "0.0.0.0" else { return nil }
        return address.text
    }
}
