import CutoverCore
import CutoverStore
import CutoverTestSupport
import Foundation
import Logging
import Testing

@testable import CutoverEngine

/// Other processes see and command the engine; none of them can hold it up.
@Suite struct ControlSocketTests {
    struct Setup {
        let fixture: EngineFixture
        let socket: ControlSocket
        let client: ControlClient
    }

    func setUp() async throws -> Setup {
        let fixture = try await EngineFixture()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let socket = try ControlSocket(fixture.engine, in: fixture.directory, logger: logger)
        return Setup(
            fixture: fixture,
            socket: socket,
            client: ControlClient(stateDirectory: fixture.directory.path)
        )
    }

    /// Runs a blocking call away from the threads that tasks share.
    func blocking<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try body() })
            }
        }
    }

    @Test func aCommandTravelsAndItsEffectIsSeen() async throws {
        let setup = try await setUp()
        let client = setup.client
        let command = setup.fixture.command(.deploy(ReleaseName(rawValue: "v1")), by: "bob")
        let reply = try await blocking { try client.send(command) }
        let inverse = Deed.Inverse(.rollback, "discards v1")
        let deed = Deed("v1 begun, 2 instances in blue", inverse: inverse)
        let mark = RolloutMark(id: RolloutID(rawValue: 1), revision: 1)
        #expect(reply == .accepted(deed, rollout: mark))
        await setup.fixture.settle()
        let snapshot = try await blocking { try client.snapshot() }
        #expect(snapshot == setup.fixture.engine.snapshot)
        #expect(snapshot.services.first?.rollout?.actor.name == "bob")
        let entries = try await blocking { try client.journal(limit: 100) }
        #expect(entries == snapshot.events)
        let path = try await blocking {
            try client.logPath(of: "b1", in: ServiceName(rawValue: "web"))
        }
        #expect(path == "/logs/b1")
        setup.socket.close()
    }

    @Test func aWatcherSeesTheNewestSnapshotAndTheEnd() async throws {
        let setup = try await setUp()
        var snapshots = setup.client.watch().makeAsyncIterator()
        let first = try await snapshots.next()
        #expect(first != nil)
        await setup.fixture.deploy("v1")
        var seen = first
        while seen?.services.first?.rollout == nil {
            seen = try await snapshots.next()
        }
        #expect(seen?.services.first?.rollout?.candidate.rawValue == "v1")
        setup.socket.close()
        await #expect(throws: ControlError.self) {
            while try await snapshots.next() != nil {}
        }
    }

    @Test func withoutAnEngineTheErrorSaysSo() async throws {
        let client = ControlClient(stateDirectory: "/nonexistent")
        let error = await #expect(throws: ControlError.self) {
            try await blocking { try client.snapshot() }
        }
        #expect(error == .noEngine(path: "/nonexistent/engine.sock"))
    }

    /// The socket of a process that hangs takes connections all the same.
    @Test func anEngineThatDoesNotAnswerIsNamedAsSuch() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file(ControlProtocol.socketName)
        let listener = try UnixSocket.listen(at: path)
        defer { close(listener) }
        let client = ControlClient(stateDirectory: directory.path, patience: 1)
        let error = await #expect(throws: ControlError.self) {
            try await blocking { try client.snapshot() }
        }
        #expect(error == .silent(processID: getpid(), seconds: 1))
        let words = error.map { "\($0)" } ?? ""
        #expect(words.hasPrefix("the engine (process \(getpid())) has not answered for 1 s; "))
        #expect(words.contains("`kill -CONT \(getpid())`"))
    }

    @Test func theSocketIsForTheOwnerOnlyAndGoneAfterTheEnd() async throws {
        let setup = try await setUp()
        var status = stat()
        try #require(lstat(setup.socket.path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        setup.socket.close()
        #expect(lstat(setup.socket.path, &status) != 0)
        let client = setup.client
        await #expect(throws: ControlError.noEngine(path: setup.socket.path)) {
            try await blocking { try client.snapshot() }
        }
    }

    @Test func aClientThatReadsNothingHoldsUpNobody() async throws {
        let setup = try await setUp()
        let path = setup.socket.path
        let mute = ControlChannel(
            taking: try UnixSocket.connect(to: path),
            writeTimeout: 5,
            readTimeout: 5
        )
        try mute.send(ControlRequest.watch)
        for number in 1...200 {
            await setup.fixture.deploy("v\(number)")
        }
        let client = setup.client
        let snapshot = try await blocking { try client.snapshot() }
        #expect(snapshot.events.isEmpty == false)
        setup.socket.close()
    }

    @Test func anOversizedOrForeignMessageIsAnsweredWithTheReason() async throws {
        let setup = try await setUp()
        let path = setup.socket.path
        for bytes in [[0x40, 0, 0, 0] as [UInt8], [0, 0, 0, 2, 0x7B, 0x7D]] {
            let reason = try await blocking {
                let descriptor = try UnixSocket.connect(to: path)
                let channel = ControlChannel(taking: descriptor, writeTimeout: 5, readTimeout: 5)
                _ = bytes.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) }
                guard
                    case .failed(let reason) = try channel.receive(
                        ControlResponse.self,
                        limit: ControlProtocol.responseLimit
                    )
                else {
                    return ""
                }
                return reason
            }
            #expect(reason.contains("longer than") || reason.contains("cannot be read"))
        }
        setup.socket.close()
    }

    @Test func anotherVersionOfTheProtocolIsNamed() async throws {
        let setup = try await setUp()
        let path = setup.socket.path
        let body = Array(#"{"version":9,"message":{"later":{}}}"#.utf8)
        let reason = try await blocking {
            let descriptor = try UnixSocket.connect(to: path)
            let channel = ControlChannel(taking: descriptor, writeTimeout: 5, readTimeout: 5)
            let frame = [0, 0, 0, UInt8(body.count)] + body
            _ = frame.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) }
            guard
                case .failed(let reason) = try channel.receive(ControlResponse.self, limit: 65_536)
            else {
                return ""
            }
            return reason
        }
        #expect(reason.contains("version 9"))
        setup.socket.close()
    }
}
