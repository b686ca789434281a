import CutoverCore
package import CutoverStore
import Foundation
import Glibc
package import Logging
import Synchronization

/// Lets other processes of the same user see and command an engine, over a socket in its directory.
///
/// Each client has a thread of its own, so that a slow one holds up nobody: what it does not read
/// is replaced by the newest snapshot, and one that reads nothing for a while is cut off.
package final class ControlSocket: Sendable {
    /// More clients at once are turned away.
    static let clientLimit = 32
    /// Seconds after which a client that does not read is cut off.
    static let writeTimeout = 10

    package let path: String
    private let engine: Engine
    private let logger: Logger
    private let listener: Int32
    private let state = Mutex(State())

    private struct State {
        var isClosed = false
        var nextClient = 0
        var clients: [Int: ControlChannel] = [:]
    }

    /// Listens in the directory, whose lock the caller's store holds.
    package init(
        _ engine: Engine,
        in directory: StateDirectory,
        logger: Logger
    ) throws(ControlError) {
        path = directory.file(ControlProtocol.socketName)
        self.engine = engine
        self.logger = logger
        do throws(UnixSocket.Failure) {
            listener = try UnixSocket.listen(at: path)
        } catch {
            throw .unusablePath("\(path): \(error.detail)")
        }
        Thread.detachNewThread { [self] in
            accept()
        }
    }

    deinit {
        Glibc.close(listener)
    }

    /// Takes no more clients and leaves the ones that are there.
    package func close() {
        let clients: [ControlChannel]? = state.withLock { state in
            guard !state.isClosed else {
                return nil
            }
            state.isClosed = true
            return Array(state.clients.values)
        }
        guard let clients else {
            return
        }
        unlink(path)
        // Wakes the accepting thread, which owns a reference to this object and with it the
        // descriptor.
        shutdown(listener, Int32(SHUT_RDWR))
        for client in clients {
            client.cut()
        }
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else {
                let code = errno
                if state.withLock(\.isClosed) {
                    return
                }
                if code != EINTR, code != ECONNABORTED {
                    logger.error("control socket: \(String(cString: strerror(code)))")
                    // Such as no descriptor left: clients that end give some back.
                    Thread.sleep(forTimeInterval: 0.1)
                }
                continue
            }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            serve(
                ControlChannel(
                    taking: descriptor,
                    writeTimeout: Self.writeTimeout,
                    readTimeout: nil
                )
            )
        }
    }

    private func serve(_ channel: ControlChannel) {
        guard channel.peerUser == geteuid() else {
            logger.warning("control socket: a client of another user was turned away")
            return
        }
        let number: Int? = state.withLock { state in
            guard !state.isClosed, state.clients.count < Self.clientLimit else {
                return nil
            }
            state.nextClient += 1
            state.clients[state.nextClient] = channel
            return state.nextClient
        }
        guard let number else {
            let reason = "too many clients; end one of the other dashboards"
            try? channel.send(ControlResponse.failed(reason: reason))
            return
        }
        Thread.detachNewThread { [self] in
            ControlSession(channel: channel, engine: engine).run()
            state.withLock { $0.clients[number] = nil }
        }
    }
}
