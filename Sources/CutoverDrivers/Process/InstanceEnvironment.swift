import CutoverCore
import CutoverWire

/// The environment of an instance, and of the commands that probe it.
enum InstanceEnvironment {
    /// Variables of the engine that an instance gets too; all others stay with the engine.
    static let inherited: Set<String> = ["PATH", "HOME", "LANG", "TZ", "TMPDIR", "USER"]

    /// What processes get from the engine's own environment.
    static func inherited(from engine: [String: String]) -> [String: String] {
        engine.filter { inherited.contains($0.key) || $0.key.hasPrefix("LC_") }
    }

    /// Puts the environment together.
    ///
    /// Later ones win: inherited, environment file, `PORT` and its like, manifest. A `PORT` or a
    /// `SOCKET` in a shared file would put all instances in one place, so it does not count; one in
    /// the manifest is meant.
    static func variables(
        for launch: InstanceLaunch,
        address: SocketAddress,
        engine: [String: String]
    ) throws(ProgramFault) -> [String: String] {
        var result = inherited(from: engine)
        if let path = launch.configuration.environmentFile {
            result.merge(try Self.variables(ofFile: path)) { $1 }
        }
        let placeholders = Placeholders(instance: launch.instance, address: address)
        result.merge(placeholders.variables) { $1 }
        result.merge(launch.configuration.environment.mapValues(placeholders.replaced)) { $1 }
        return result
    }

    /// The variables of an environment file.
    static func variables(ofFile path: String) throws(ProgramFault) -> [String: String] {
        let file = EnvironmentFile(path: path)
        guard file.faults.isEmpty else {
            // All of them would not fit a line on screen.
            let more = file.faults.count > 3 ? "; and \(file.faults.count - 3) more" : ""
            throw ProgramFault(
                message: file.faults.prefix(3).joined(separator: "; ") + more,
                isTransient: false
            )
        }
        return file.variables
    }
}
