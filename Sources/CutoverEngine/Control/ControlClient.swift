package import CutoverCore
import Foundation
import Glibc

/// Asks a running engine over the control socket of its state directory.
///
/// Each call opens a connection and blocks until the answer is there.
package struct ControlClient: Sendable {
    /// The engine's socket.
    package let path: String

    /// The longest that the engine may stay silent, in seconds: a command waits for the disk.
    private let patience: Int
    /// Its newest snapshot is always at hand.
    private static let snapshotPatience = 5
    /// Longer than any `stopGrace`.
    private static let stopPatience = 4_000

    package init(stateDirectory: String, patience: Int = 30) {
        self.patience = patience
        path = "\(stateDirectory)/\(ControlProtocol.socketName)"
    }

    package func send(_ command: EngineCommand) throws(ControlError) -> CommandReply {
        guard case .reply(let reply) = try ask(.command(command)) else {
            throw unexpected
        }
        return reply
    }

    /// The process that answers.
    package func engineProcess() throws(ControlError) -> Int32 {
        guard let process = try connect().peerProcess else { throw unexpected }
        return process
    }

    package func snapshot() throws(ControlError) -> EngineSnapshot {
        let patience = min(patience, Self.snapshotPatience)
        guard case .snapshot(let snapshot) = try ask(.snapshot, patience: patience) else {
            throw unexpected
        }
        return snapshot
    }

    /// The journal's last rows, newest first, of one service or of all.
    package func journal(
        limit: Int,
        of service: ServiceName? = nil
    ) throws(ControlError) -> [JournalEntry] {
        guard case .journal(let entries) = try ask(.journal(limit: limit, service: service)) else {
            throw unexpected
        }
        return entries
    }

    /// The file that gets the output of an instance, by its name such as `g3`.
    package func logPath(
        of instance: String,
        in service: ServiceName
    ) throws(ControlError) -> String {
        guard case .logPath(let path) = try ask(.logPath(service: service, instance: instance))
        else {
            throw unexpected
        }
        return path
    }

    /// Has everything stopped, and returns when it is.
    package func stopEverything() throws(ControlError) {
        do throws(ControlError) {
            guard case .stopped = try ask(.stopEverything, patience: Self.stopPatience) else {
                throw unexpected
            }
        } catch .broken(let detail) {
            // The host of a stopped engine ends its connections, maybe before the answer is out. It
            // removes the socket in good order; one that dies leaves it.
            guard access(path, F_OK) != 0 else { throw .broken(detail) }
        }
    }

    /// A snapshot, then another whenever something changed; ends with an error when the engine
    /// does.
    package func watch() -> AsyncThrowingStream<EngineSnapshot, any Error> {
        AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            Thread.detachNewThread {
                do {
                    let channel = try connect()
                    continuation.onTermination = { _ in channel.cut() }
                    try channel.send(ControlRequest.watch)
                    while case .snapshot(let snapshot) = try answer(on: channel) {
                        continuation.yield(snapshot)
                    }
                    continuation.finish(throwing: unexpected)
                } catch {
                    continuation.finish(throwing: error)
                }
            }
        }
    }

    private func ask(
        _ request: ControlRequest,
        patience: Int? = nil
    ) throws(ControlError) -> ControlResponse {
        let channel = try connect(patience: patience)
        try channel.send(request)
        return try answer(on: channel)
    }

    private func answer(on channel: ControlChannel) throws(ControlError) -> ControlResponse {
        let response = try channel.receive(
            ControlResponse.self,
            limit: ControlProtocol.responseLimit
        )
        guard let response else {
            throw .broken("the engine ended")
        }
        if case .failed(let reason) = response {
            throw .refused(reason: reason)
        }
        return response
    }

    private func connect(patience: Int? = nil) throws(ControlError) -> ControlChannel {
        let patience = patience ?? self.patience
        do throws(UnixSocket.Failure) {
            return ControlChannel(
                taking: try UnixSocket.connect(to: path),
                writeTimeout: patience,
                readTimeout: patience
            )
        } catch {
            switch error.code {
            case ENOENT, ECONNREFUSED: throw .noEngine(path: path)
            case ENAMETOOLONG: throw .unusablePath("\(path): \(error.detail)")
            default: throw .broken("\(path): \(error.detail)")
            }
        }
    }

    private var unexpected: ControlError { .broken("the answer belongs to another question") }
}
