import CutoverCore
import CutoverDrivers
import CutoverEngine
import CutoverStore
import Foundation
import Logging

/// The engine with everything that it acts through: the graph of objects is built here and nowhere
/// else.
final class EngineHost: EngineLink {
    private let engine: Engine
    private let socket: ControlSocket
    private let lock: StateDirectoryLock
    private let drivers: EngineDrivers

    private init(
        engine: Engine,
        socket: ControlSocket,
        lock: StateDirectoryLock,
        drivers: EngineDrivers
    ) {
        self.engine = engine
        self.socket = socket
        self.lock = lock
        self.drivers = drivers
    }
}
