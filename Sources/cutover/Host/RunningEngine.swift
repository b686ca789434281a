import CutoverCore
import CutoverEngine
import Foundation

/// The engine of another process, reached through the socket in its state directory.
struct RunningEngine: EngineLink {
    private let client: ControlClient
    /// As they were when it was attached to.
    let services: [ServiceName]

    /// Makes sure that an engine answers.
    ///
    /// - Throws: `ControlError` when none does.
    static func attach(to stateDirectory: String) async throws -> RunningEngine {
        let client = ControlClient(stateDirectory: stateDirectory)
        let snapshot = try await Self.blocking { try client.snapshot() }
        return RunningEngine(client: client, services: snapshot.services.map(\.name))
    }

    /// The service of this name.
    ///
    /// - Throws: ``ExitStatus/usage``, after the names were printed, when there is none.
    func service(_ name: String) throws -> ServiceName {
        guard let service = services.first(where: { $0.rawValue == name }) else {
            let known = services.map(\.rawValue).joined(separator: ", ")
            complain("no service '\(name)'; there are: \(known)")
            throw ExitStatus.usage.code
        }
        return service
    }

    func snapshots() -> AsyncStream<EngineSnapshot> {
        let watch = client.watch()
        return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let following = Task {
                do {
                    for try await snapshot in watch { continuation.yield(snapshot) }
                } catch {
                    // The end of the stream says that the engine cannot be reached; why is no
                    // matter.
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in following.cancel() }
        }
    }

    func send(_ command: EngineCommand) async -> CommandReply {
        do {
            return try await Self.blocking { try client.send(command) }
        } catch {
            return .refused(reason: "\(error)")
        }
    }

    /// Has all instances, the proxy and the engine stopped; returns when they are.
    func stopEverything() async throws {
        try await Self.blocking { try client.stopEverything() }
    }

    func log(of instance: InstanceID, service: ServiceName) async -> [String] {
        do {
            return try await Self.blocking {
                let snapshot = try client.snapshot()
                let instances = snapshot.services.first { $0.name == service }?.sides
                    .flatMap(\.instances)
                guard let name = instances?.first(where: { $0.id == instance })?.name else {
                    return []
                }
                return try LogTail.lines(of: client.logPath(of: name, in: service), last: 500)
            }
        } catch {
            return ["\(error)"]
        }
    }

    /// The other process goes on.
    func suspend() async {}

    func resume() async {}

    /// Off the threads that Swift's tasks share: the client blocks.
    private static func blocking<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
