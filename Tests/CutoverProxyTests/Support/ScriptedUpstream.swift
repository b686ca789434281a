import CLinux
import Foundation
import Glibc
import Synchronization

/// An instance whose every connection is served by a script, on a thread of its own.
final class ScriptedUpstream: Sendable {
    /// Where it listens, on 127.0.0.1.
    let port: UInt16

    private let descriptor: Int32
    private let state = Mutex(State())

    private struct State {
        var connections: [TestSocket] = []
        var requests: [String] = []
        var isStopped = false
    }

    /// Listens, and serves each connection with `script`, which gets its number from 0.
    init(_ script: @escaping @Sendable (ScriptedUpstream, TestSocket, Int) -> Void) {
        descriptor = clinux_listen_ipv4(0x7f00_0001, 0, 0)
        port = UInt16(clinux_local_port(descriptor))
        Thread.detachNewThread { [self] in
            var number = 0
            while let socket = acceptOne() {
                let current = number
                number += 1
                Thread.detachNewThread { [self] in
                    script(self, socket, current)
                    state.withLock { $0.connections.removeAll { $0 === socket } }
                }
            }
        }
    }

    /// Answers every request with the result of `respond`, which gets its head; connections are
    /// kept.
    static func serving(
        _ respond: @escaping @Sendable (String) -> String
    ) -> ScriptedUpstream {
        ScriptedUpstream { upstream, socket, _ in
            while let head = upstream.readRequest(socket) {
                guard socket.send(respond(head)) else { return }
            }
        }
    }

    /// Answers every request with 200 and this body.
    static func answering(_ body: String) -> ScriptedUpstream {
        serving { _ in
            "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
    }

    /// Reads a request's head and a body of known length, records it, and returns its head.
    func readRequest(_ socket: TestSocket) -> String? {
        guard let head = socket.receive(through: "\r\n\r\n"),
            let body = socket.receive(count: contentLength(of: head))
        else {
            return nil
        }
        record(head + String(decoding: body, as: UTF8.self))
        return head
    }

    /// Adds to the requests that were seen.
    func record(_ request: String) {
        state.withLock { $0.requests.append(request) }
    }

    /// The requests that were seen, in order.
    var requests: [String] { state.withLock { $0.requests } }

    /// Connections that are open.
    var connectionCount: Int { state.withLock { $0.connections.count } }

    /// Stops listening and hangs up on everybody.
    func stop() {
        let open = state.withLock { state in
            state.isStopped = true
            return state.connections
        }
        shutdown(descriptor, Int32(SHUT_RDWR))
        for socket in open { socket.hangUp() }
    }

    /// Hangs up on everybody, and goes on listening.
    func hangUp() {
        for socket in state.withLock({ $0.connections }) { socket.hangUp() }
    }

    private func acceptOne() -> TestSocket? {
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            poll(&entry, 1, -1)
            var address: UInt32 = 0
            let accepted = clinux_accept(descriptor, &address)
            if accepted == -EAGAIN || accepted == -EINTR { continue }
            guard accepted >= 0 else {
                close(descriptor)
                return nil
            }
            let socket = TestSocket(descriptor: accepted)
            let isStopped = state.withLock { state in
                state.connections.append(socket)
                return state.isStopped
            }
            if !isStopped { return socket }
        }
    }
}
