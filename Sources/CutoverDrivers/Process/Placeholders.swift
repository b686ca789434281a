import CutoverCore
import CutoverWire

/// The values that stand for `${port}` or `${socket}`, `${address}`, `${release}`, `${instance}`
/// and `${slot}`.
struct Placeholders {
    private let values: [String: String]

    /// `${port}` stands only for what listens on a port, `${socket}` for what listens on a socket.
    init(instance: Instance, address: SocketAddress) {
        var values = [
            "address": address.description,
            "release": instance.release.rawValue,
            "instance": instance.name,
            "slot": instance.slot?.rawValue ?? "",
        ]
        switch address {
        case .ipv4(_, let port): values["port"] = String(port)
        case .unix(let path): values["socket"] = path
        }
        self.values = values
    }

    /// Those that all instances of a release share; the others stay in the text.
    init(release: ReleaseName, slot: Slot?) {
        values = ["release": release.rawValue, "slot": slot?.rawValue ?? ""]
    }

    /// Whether a text names the address or the name of an instance.
    static func isOfOneInstance(_ text: String) -> Bool {
        ["port", "socket", "address", "instance"].contains { text.contains("${\($0)}") }
    }

    /// The same as variables: `PORT` or `SOCKET`, `RELEASE`, `INSTANCE` and `SLOT`.
    ///
    /// No `ADDRESS`: programs know it as where to listen, in forms of their own.
    var variables: [String: String] {
        let named = values.filter { $0.key != "address" }
        return Dictionary(uniqueKeysWithValues: named.map { ($0.key.uppercased(), $0.value) })
    }

    /// The texts with every placeholder replaced.
    func replaced(in texts: [String: String]) -> [String: String] {
        texts.mapValues { replaced(in: $0) }
    }

    /// The text with every placeholder replaced; what is none of these stays as it is.
    ///
    /// Values are not read for placeholders again.
    func replaced(in text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            let inner = rest[start.upperBound...]
            if let end = inner.firstIndex(of: "}"), let value = values[String(inner[..<end])] {
                result += value
                rest = inner[inner.index(after: end)...]
            } else {
                result += "${"
                rest = inner
            }
        }
        return result + rest
    }
}

extension HTTPExpectation {
    /// The same of one instance or release: `${release}` and its like stand in its texts.
    func replacing(_ placeholders: Placeholders) -> HTTPExpectation {
        HTTPExpectation(
            path: placeholders.replaced(in: path),
            headers: placeholders.replaced(in: headers),
            status: status,
            expectedHeaders: placeholders.replaced(in: expectedHeaders),
            bodyContains: bodyContains.map { placeholders.replaced(in: $0) }
        )
    }
}
