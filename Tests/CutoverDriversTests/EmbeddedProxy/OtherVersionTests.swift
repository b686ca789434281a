import CLinux
import CutoverCore
import CutoverTestSupport
import Foundation
import Glibc
import Synchronization
import Testing

@testable import CutoverDrivers
@testable import CutoverWire

/// A proxy that another version of the program has left running.
@Suite struct OtherVersionTests {
    @Test func itIsAskedNothingElseAndNamedWithTheWayOut() async throws {
        let bench = try RouterBench()
        let other = try OtherProxy(at: ProxySocket.path(in: bench.directory.path))
        let router = bench.router()
        do throws(DriverError) {
            let status = try await router.start()
            Issue.record("adopted: \(status)")
        } catch {
            #expect(error.message.contains("speaks version 99"), "\(error)")
            #expect(error.message.contains("kill 4711"), "\(error)")
            #expect(error.isRetryable && !error.mayHaveBeenApplied)
        }
        await #expect(throws: DriverError.self) { try await router.status() }
        #expect(other.stop() == [.hello, .hello])
        // Ended as the text says, it makes room for this version's.
        let started = try await router.start()
        #expect(!started.isAdopted)
        try await router.stop(grace: .zero)
    }
}

/// Says that it is of another version, and notes what it is asked.
private final class OtherProxy: Sendable {
    private let path: String
    private let descriptor: Int32
    private let asked = Mutex<[ProxyRequest]>([])
    private let ended = DispatchSemaphore(value: 0)

    init(at path: String) throws {
        self.path = path
        descriptor = clinux_listen_unix(path)
        guard descriptor >= 0 else { throw TookTooLong(description: "no socket at \(path)") }
        Thread.detachNewThread { [self] in
            while serve() {}
            ended.signal()
        }
    }

    /// Ends, and returns what it was asked.
    func stop() -> [ProxyRequest] {
        unlink(path)
        shutdown(descriptor, Int32(SHUT_RDWR))
        ended.wait()
        close(descriptor)
        return asked.withLock(\.self)
    }

    private func serve() -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, 10_000)
        var address: UInt32 = 0
        let peer = clinux_accept(descriptor, &address)
        guard peer >= 0 else { return false }
        defer { close(peer) }
        var decoder = FrameDecoder()
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            entry.fd = peer
            poll(&entry, 1, 10_000)
            let count = recv(peer, &buffer, buffer.count, 0)
            guard count > 0 else { return true }
            decoder.append(buffer[..<count])
            guard let message = try? decoder.next(),
                let request = try? ProxyRequest(decoding: message)
            else { continue }
            asked.withLock { $0.append(request) }
            let hello = ProxyHello(
                version: 99,
                pid: 4_711,
                startedAt: 1,
                generation: 7,
                epoch: 1
            )
            let answer = Frame.wrap(ProxyResponse.hello(hello).encoded) ?? []
            _ = send(peer, answer, answer.count, Int32(MSG_NOSIGNAL))
        }
    }
}
