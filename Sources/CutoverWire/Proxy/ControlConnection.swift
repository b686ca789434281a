import Glibc

/// One connection to the control socket, closed with its value; all waits end at one deadline.
struct ControlConnection: ~Copyable {
    private let descriptor: Int32
    private let path: String
    private let deadline: ContinuousClock.Instant

    /// Connects; everything that follows must be over before `timeout` is.
    init(to path: String, timeout: Duration) throws(ProxyClientError) {
        descriptor = try Self.connect(to: path)
        self.path = path
        deadline = ContinuousClock.now + timeout
    }

    deinit {
        close(descriptor)
    }

    private static func connect(to path: String) throws(ProxyClientError) -> Int32 {
        guard let address = sockaddr_un(path: path) else {
            throw failure(.connection, "the path is longer than 107 bytes", path)
        }
        let flags = Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | flags, 0)
        guard descriptor >= 0 else {
            throw failure(.connection, systemMessage(errno), path)
        }
        let result = address.withAddress { Glibc.connect(descriptor, $0, $1) }
        guard result == 0 else {
            let code = errno
            close(descriptor)
            // A Unix socket never connects later: EAGAIN says that the listener's queue is full.
            let isAbsent = code == ECONNREFUSED || code == ENOENT
            throw failure(isAbsent ? .notRunning : .connection, systemMessage(code), path)
        }
        return descriptor
    }

    /// Sends all bytes.
    func send(_ bytes: [UInt8]) throws(ProxyClientError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer -> Int in
                guard let base = buffer.baseAddress else {
                    return 0
                }
                return Glibc.send(
                    descriptor,
                    base + sent,
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            if count > 0 {
                sent += count
            } else {
                // A whole frame may have arrived although the error came: only its last byte
                // decides.
                try wait(for: Int16(POLLOUT), after: count < 0 ? errno : EAGAIN, uncertain: false)
            }
        }
    }

    /// Receives one whole message.
    func receive() throws(ProxyClientError) -> [UInt8] {
        var decoder = FrameDecoder()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 {
                throw Self.failure(.connection, "closed without an answer", path, uncertain: true)
            }
            if count < 0 {
                try wait(for: Int16(POLLIN), after: errno, uncertain: true)
                continue
            }
            decoder.append(buffer[..<count])
            do throws(WireError) {
                if let message = try decoder.next() {
                    return message
                }
            } catch {
                throw Self.failure(.answerInvalid, error.description, path, uncertain: true)
            }
        }
    }

    /// Receives the listening sockets that were asked for.
    func receiveListeners(
        atMost limit: Int
    ) throws(ProxyClientError) -> ReceivedListeners {
        guard
            let listeners = ListenerHandover.receive(
                from: descriptor,
                atMost: limit,
                by: deadline
            )
        else {
            throw Self.failure(.connection, "not all listening sockets came", path)
        }
        return listeners
    }

    /// Waits until the descriptor is ready, when `code` says that this is all that is missing.
    private func wait(
        for events: Int16,
        after code: Int32,
        uncertain: Bool
    ) throws(ProxyClientError) {
        if code == EINTR {
            return
        }
        guard code == EAGAIN else {
            throw Self.failure(.connection, systemMessage(code), path, uncertain: uncertain)
        }
        guard deadline > .now else {
            throw Self.failure(.timedOut, "no time is left", path, uncertain: uncertain)
        }
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        poll(&entry, 1, milliseconds(until: deadline))
    }

    private static func failure(
        _ kind: ProxyClientError.Kind,
        _ detail: String,
        _ path: String,
        uncertain: Bool = false
    ) -> ProxyClientError {
        ProxyClientError(
            kind: kind,
            socketPath: path,
            detail: detail,
            mayHaveBeenApplied: uncertain
        )
    }
}

/// The system's words for an error number.
private func systemMessage(_ code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &buffer, buffer.count) == 0 else {
        return "errno \(code)"
    }
    let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return "\(String(decoding: bytes, as: UTF8.self)) (errno \(code))"
}
