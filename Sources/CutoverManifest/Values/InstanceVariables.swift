package import CutoverCore

/// The variables in commands and environments: `${port}` and its like.
package enum InstanceVariables {
    /// The names that stand in `${...}`.
    package static let names = ["port", "socket", "address", "release", "instance", "slot"]

    /// Those that instances get in their environment too, in capitals.
    package static func environment(_ endpoints: InstanceEndpoints) -> [String] {
        switch endpoints {
        case .ports: ["port", "release", "instance", "slot"]
        case .sockets: ["socket", "release", "instance", "slot"]
        case .external: ["port", "socket", "release", "instance", "slot"]
        }
    }

    /// One `${...}` that cannot be replaced.
    package enum Fault: Hashable, Sendable {
        case unknown(String)
        case unclosed
    }

    /// Every fault of the text, from left to right.
    package static func faults(in text: String, known: [String] = names) -> [Fault] {
        var faults: [Fault] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "}") else {
                return faults + [.unclosed]
            }
            let name = String(rest[..<end])
            if !known.contains(name) {
                faults.append(.unknown(name))
            }
            rest = rest[rest.index(after: end)...]
        }
        return faults
    }
}
