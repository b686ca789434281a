import CLinux
import Foundation
import Glibc

/// A blocking TCP connection for tests; nothing it does takes longer than ten seconds.
final class TestSocket: @unchecked Sendable {
    // Only the descriptor is shared, and the kernel orders calls on it; `buffer` belongs to the one
    // thread that reads.
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    /// Takes over a descriptor.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        let flags = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(
                descriptor,
                SOL_SOCKET,
                option,
                &limit,
                socklen_t(MemoryLayout<timeval>.size)
            )
        }
    }

    /// Connects to a port of 127.0.0.1; `receiveBuffer` makes a slow reader.
    convenience init?(port: UInt16, receiveBuffer: Int32? = nil) {
        var descriptor: Int32 = -1
        if let receiveBuffer {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var size = receiveBuffer
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard result == 0 else { return nil }
        } else {
            guard clinux_connect_ipv4(0x7f00_0001, port, &descriptor) >= 0 else { return nil }
            var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            poll(&entry, 1, 10_000)
            guard clinux_socket_error(descriptor) == 0 else {
                close(descriptor)
                return nil
            }
        }
        self.init(descriptor: descriptor)
    }

    deinit {
        close(descriptor)
    }

    /// Sends all of a text; false when the peer is gone.
    @discardableResult
    func send(_ text: String) -> Bool {
        send(Array(text.utf8))
    }

    /// Sends all bytes; false when the peer is gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Ends the sending direction.
    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Closes both directions, so that a blocked reader of another thread returns.
    func hangUp() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Has the last reference reset the connection.
    func resetOnClose() {
        clinux_reset_on_close(descriptor)
    }

    /// Receives until `text` has come, and returns everything up to its end; `nil` when the peer
    /// ends first.
    func receive(through text: String) -> String? {
        let wanted = Array(text.utf8)
        var searched = 0
        while true {
            let first = max(0, searched - wanted.count)
            if buffer.count >= wanted.count {
                for start in first...(buffer.count - wanted.count)
                where buffer[start..<(start + wanted.count)].elementsEqual(wanted) {
                    return String(decoding: take(start + wanted.count), as: UTF8.self)
                }
            }
            searched = buffer.count
            guard fill() else { return nil }
        }
    }

    /// Receives exactly this many bytes; `nil` when the peer ends first.
    func receive(count: Int) -> [UInt8]? {
        while buffer.count < count {
            guard fill() else { return nil }
        }
        return take(count)
    }

    /// Receives until the peer ends; `nil` when it resets.
    func receiveToEnd() -> String? {
        receiveBytesToEnd().map { String(decoding: $0, as: UTF8.self) }
    }

    /// The same as bytes.
    func receiveBytesToEnd() -> [UInt8]? {
        while fill() {}
        let isReset = lastError != 0
        let bytes = take(buffer.count)
        return isReset ? nil : bytes
    }

    /// Receives one response with a length; its head and body, or `nil`.
    func receiveResponse(toHead: Bool = false) -> (head: String, body: String)? {
        guard let head = receive(through: "\r\n\r\n") else { return nil }
        let length = toHead ? 0 : contentLength(of: head)
        guard let body = receive(count: length) else { return nil }
        return (head, String(decoding: body, as: UTF8.self))
    }

    /// Whether bytes or an end come within so many milliseconds.
    func isReadable(within milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }

    /// Whether bytes can be sent within so many milliseconds.
    func isWritable(within milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&entry, 1, milliseconds) > 0
    }

    /// Receives this many bytes and forgets them; false when the peer ends first.
    func discard(count: Int) -> Bool {
        var left = count - buffer.count
        buffer = left < 0 ? Array(buffer[count...]) : []
        while left > 0 {
            guard fill() else { return false }
            left -= buffer.count
            buffer = left < 0 ? Array(buffer.suffix(-left)) : []
        }
        return true
    }

    private var lastError: Int32 = 0

    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        lastError = count < 0 ? errno : 0
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }

    private func take(_ count: Int) -> [UInt8] {
        let bytes = Array(buffer[..<count])
        buffer.removeFirst(count)
        return bytes
    }
}

/// The value of a head's `Content-Length`, 0 when there is none.
func contentLength(of head: String) -> Int {
    for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
        return Int(line.dropFirst(15).trimmingCharacters(in: .whitespaces)) ?? 0
    }
    return 0
}

/// What is served at a port of loopback, on a connection of its own.
func bodyServed(at port: UInt16) -> String? {
    let socket = TestSocket(port: port)
    socket?.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    return socket?.receiveResponse()?.body
}
