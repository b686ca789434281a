import CLinux
import Glibc
import Testing

/// A client and a recording instance around one proxy, both raw and driven by the thread of the
/// test, so that what was on the wire and in which order is certain.
final class RawBench {
    /// What the instance does with a request.
    struct Answer {
        var pieces: [[UInt8]]
        var end = End.stay
    }

    /// How the instance leaves its connection behind an answer.
    enum End {
        case stay
        case close
        case reset
    }

    /// One connection of the proxy to the instance.
    private struct Instance {
        var socket: RawSocket
        var hasContinued = false
        /// It was answered before it was whole.
        var hasAnswered = false
        /// The instance hung up, or can make nothing of what comes.
        var isOver = false
    }

    /// Where the instance listens, on 127.0.0.1.
    let instancePort: UInt16
    /// Longest wait for anything, in milliseconds.
    let patience: Int
    /// What the instance answers.
    var answer: (StrictMessage) -> Answer = RawBench.echo
    /// Whether it answers as soon as a head is there, and never reads the body.
    var isHasty = false
    /// The requests that the instance got whole, in order.
    private(set) var requests: [StrictMessage] = []
    /// What it could not read.
    private(set) var unreadable: [StrictMessage] = []

    private let listener: Int32
    private var instances: [Instance] = []
    private var client: RawSocket?

    /// Listens for the proxy.
    init(patience: Int) throws {
        self.patience = patience
        listener = clinux_listen_ipv4(0x7f00_0001, 0, 0)
        try #require(listener >= 0)
        instancePort = UInt16(clinux_local_port(listener))
    }

    deinit {
        close(listener)
        for instance in instances where !instance.isOver { close(instance.socket.descriptor) }
        if let client { close(client.descriptor) }
    }

    /// Answers with the target of the request, in a response that says that it is the instance's.
    static func echo(_ request: StrictMessage) -> Answer {
        let head = "HTTP/1.1 200 OK\r\nX-Instance: 1\r\nContent-Length: \(request.target.count)"
        let body = request.startLine.hasPrefix("HEAD ") ? "" : request.target
        return Answer(pieces: [raw(head + "\r\n\r\n" + body)])
    }

    /// Forgets what earlier cases left.
    func begin() {
        settle()
        // A proxy may keep the connection of a request that its client never finished.
        for index in instances.indices where !instances[index].socket.received.isEmpty {
            hangUp(index)
        }
        instances.removeAll(where: \.isOver)
        requests = []
        unreadable = []
    }

    /// What the instance has of requests that never became whole.
    var unfinished: [StrictMessage] {
        instances.map(\.socket.received).filter { !$0.isEmpty }
            .map { StrictReader.read($0, .request) }
    }

    /// Sends bytes from the client, as long as it talks.
    func sendFromClient(_ bytes: [UInt8]) {
        client?.send(bytes)
    }

    /// Sends bytes from the instance on all of its idle connections.
    func sendFromInstance(_ bytes: [UInt8]) {
        for index in instances.indices where !instances[index].isOver {
            instances[index].socket.send(bytes)
        }
    }
}

// MARK: - The client

extension RawBench {
    /// What a client sends, and how long it reads.
    struct Script {
        var pieces: [[UInt8]]
        /// It sends its end behind the bytes.
        var ends = false
        /// It reads until the proxy closes, behind whatever answer.
        var awaitsEnd = false
        /// It reads until the proxy closes, behind a refusal.
        var isRefusalLast = true
        /// Its first request is HEAD.
        var isHead = false
        /// Whether it has all that it can expect, if the proxy refuses nothing.
        var isEnough: (Conversation) -> Bool
        /// Done when it has enough, before it sends its end.
        var atEnd: () -> Void = {}
    }

    /// What a client got.
    struct Conversation {
        /// Final responses that are whole.
        var responses: [StrictMessage] = []
        var interims: [StrictMessage] = []
        /// What stands behind the last of them.
        var rest: StrictMessage?
        var hasEnded = false
        /// The end came before the client sent its own.
        var wasClosed = false

        /// Whether the last response is the proxy's own.
        var isRefused: Bool { responses.last.map { isRefusal($0) } ?? false }

        /// Whether a response is the proxy's own: instances mark theirs.
        func isRefusal(_ response: StrictMessage) -> Bool {
            response.status >= 400 && response.values("x-instance").isEmpty
        }
    }

    /// Has a new client talk to a port, to the end of the connection.
    func converse(_ port: UInt16, _ script: Script) -> Conversation {
        var descriptor: Int32 = -1
        guard clinux_connect_ipv4(0x7f00_0001, port, &descriptor) >= 0 else {
            return Conversation()
        }
        client = RawSocket(descriptor: descriptor)
        defer {
            close(descriptor)
            client = nil
        }
        for piece in script.pieces {
            client?.send(piece)
            pass(0)
        }
        _ = turns { client?.entry.events != Int16(POLLIN | POLLOUT) }
        if script.ends { client?.finish() }
        _ = turns {
            let now = read(script)
            return now.hasEnded || now.isRefused || script.isEnough(now)
        }
        if script.awaitsEnd || script.isRefusalLast && read(script).isRefused {
            _ = turns { client?.hasEnded ?? true }
        }
        let wasClosed = client?.hasEnded ?? true
        if !wasClosed {
            script.atEnd()
            client?.finish()
            _ = turns { client?.hasEnded ?? true }
        }
        settle()
        var conversation = read(script)
        conversation.wasClosed = wasClosed
        return conversation
    }

    private func read(_ script: Script) -> Conversation {
        var result = Conversation()
        var rest = client?.received ?? []
        result.hasEnded = client?.hasEnded ?? true
        let isWhole = result.hasEnded && client?.isReset == false
        while !rest.isEmpty {
            let toHead = script.isHead && result.responses.isEmpty
            let message = StrictReader.read(rest, .response(toHead: toHead, hasEnded: isWhole))
            guard message.isComplete, message.count > 0 else {
                result.rest = message
                break
            }
            rest = Array(rest[message.count...])
            if message.status < 200, message.status != 101 {
                result.interims.append(message)
            } else {
                result.responses.append(message)
            }
        }
        return result
    }
}

// MARK: - The loop

extension RawBench {
    /// Moves bytes until a condition holds, as long as patience lasts.
    private func turns(until condition: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + .milliseconds(patience)
        while !condition() {
            let left = deadline - ContinuousClock.now
            guard left > .zero else { return false }
            pass(Int32((left / .milliseconds(1)).rounded(.up)))
        }
        return true
    }

    /// Moves everything that is on the wire already.
    private func settle() {
        while pass(0) {}
    }

    /// Waits for sockets once, at most this many milliseconds; false when nothing happened.
    @discardableResult
    private func pass(_ milliseconds: Int32) -> Bool {
        let active = instances.indices.filter { !instances[$0].isOver }
        var entries = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
        entries += active.map { instances[$0].socket.entry }
        if let client, !client.hasEnded { entries.append(client.entry) }
        guard poll(&entries, nfds_t(entries.count), milliseconds) > 0 else {
            return false
        }
        if let client, !client.hasEnded, entries.last?.revents != 0 {
            self.client?.flush()
            self.client?.receive()
        }
        for (place, index) in active.enumerated() where entries[place + 1].revents != 0 {
            instances[index].socket.flush()
            instances[index].socket.receive()
            serve(index)
        }
        var address: UInt32 = 0
        while entries[0].revents != 0, case let accepted = clinux_accept(listener, &address),
            accepted >= 0
        {
            instances.append(Instance(socket: RawSocket(descriptor: accepted)))
        }
        return true
    }

    /// Reads whole requests from one connection, and answers them.
    private func serve(_ index: Int) {
        while !instances[index].isOver, !instances[index].socket.received.isEmpty {
            let message = StrictReader.read(instances[index].socket.received, .request)
            if message.isComplete {
                instances[index].socket.drop(message.count)
                let isAnswered = instances[index].hasAnswered
                instances[index].hasContinued = false
                instances[index].hasAnswered = false
                requests.append(message)
                if !isAnswered { give(answer(message), to: index) }
            } else if isHasty, message.hasHead {
                if !instances[index].hasAnswered { give(answer(message), to: index) }
                instances[index].hasAnswered = true
                break
            } else if message.isUnreadable {
                unreadable.append(message)
                give(
                    Answer(pieces: [raw("HTTP/1.1 400 Unreadable\r\n\r\n")], end: .close),
                    to: index
                )
            } else {
                if message.hasHead, !message.values("expect").isEmpty,
                    !instances[index].hasContinued
                {
                    instances[index].hasContinued = true
                    instances[index].socket.send(raw("HTTP/1.1 100 Continue\r\n\r\n"))
                }
                break
            }
        }
        if instances[index].socket.hasEnded { hangUp(index) }
    }

    private func give(_ answer: Answer, to index: Int) {
        for piece in answer.pieces { instances[index].socket.send(piece) }
        switch answer.end {
        case .stay:
            break
        case .close:
            hangUp(index)
        case .reset:
            clinux_reset_on_close(instances[index].socket.descriptor)
            hangUp(index)
        }
    }

    private func hangUp(_ index: Int) {
        if !instances[index].isOver {
            instances[index].isOver = true
            close(instances[index].socket.descriptor)
        }
    }
}
