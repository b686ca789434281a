import Foundation
import Glibc

/// One connected Unix socket that carries framed JSON: four bytes of length, big-endian, then the
/// text.
///
/// Blocking, with the system's timeouts, on a thread of its owner. The descriptor is closed with
/// the value that owns it.
final class ControlChannel: Sendable {
    private let descriptor: Int32

    /// Takes over a connected descriptor.
    ///
    /// Timeouts are the longest, in seconds, that one write or read may stand still; without one a
    /// read waits for ever.
    init(taking descriptor: Int32, writeTimeout: Int, readTimeout: Int?) {
        self.descriptor = descriptor
        setTimeout(SO_SNDTIMEO, seconds: writeTimeout)
        if let readTimeout {
            setTimeout(SO_RCVTIMEO, seconds: readTimeout)
        }
    }

    deinit {
        close(descriptor)
    }

    private func setTimeout(_ option: Int32, seconds: Int) {
        var value = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<timeval>.size))
    }

    /// The user at the other end.
    ///
    /// `nil` when the system does not say.
    var peerUser: uid_t? { peerCredentials?.user }

    /// Who listened, for a client; who connected, for the one that listens.
    private var peerCredentials: (process: pid_t, user: uid_t)? {
        // struct ucred: process, user, group. Glibc shows it to C only under _GNU_SOURCE.
        var credentials: [UInt32] = [0, 0, 0]
        var length = socklen_t(credentials.count * MemoryLayout<UInt32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 else {
            return nil
        }
        return (pid_t(bitPattern: credentials[0]), credentials[1])
    }

    /// Ends whatever is being read or written, from any thread.
    func cut() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    func send(_ message: some Codable & Sendable) throws(ControlError) {
        let body: Data
        do {
            body = try JSONEncoder().encode(
                ControlEnvelope(version: ControlProtocol.version, message: message)
            )
        } catch {
            throw .broken("the message cannot be written: \(error)")
        }
        let length = UInt32(clamping: body.count)
        let header = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
        try write(header + body)
    }

    /// - Returns: The next message; `nil` when the other end has closed.
    func receive<Message: Codable & Sendable>(
        _ type: Message.Type,
        limit: Int
    ) throws(ControlError) -> Message? {
        guard let header = try read(4, mayEnd: true) else {
            return nil
        }
        let length = header.reduce(0) { $0 << 8 | Int($1) }
        guard length <= limit else {
            throw .broken("a message of \(length) bytes is longer than \(limit)")
        }
        guard let body = try read(length, mayEnd: false) else {
            return nil
        }
        return try decode(type, Data(body))
    }

    private func decode<Message: Codable & Sendable>(
        _ type: Message.Type,
        _ body: Data
    ) throws(ControlError) -> Message {
        do {
            let version = try JSONDecoder().decode(ControlVersion.self, from: body).version
            guard version == ControlProtocol.version else {
                throw ControlError.otherVersion(version)
            }
            return try JSONDecoder().decode(ControlEnvelope<Message>.self, from: body).message
        } catch let error as ControlError {
            throw error
        } catch {
            throw .broken("a message cannot be read: \(error)")
        }
    }

    private func write(_ bytes: [UInt8]) throws(ControlError) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { buffer in
                Glibc.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                sent += count
            } else if errno != EINTR {
                throw .broken(String(cString: strerror(errno)))
            }
        }
    }

    private func read(_ count: Int, mayEnd: Bool) throws(ControlError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes[filled...].withUnsafeMutableBytes { buffer in
                recv(descriptor, buffer.baseAddress, buffer.count, 0)
            }
            if got > 0 {
                filled += got
            } else if got == 0 {
                guard mayEnd, filled == 0 else {
                    throw .broken("it ended in the middle of a message")
                }
                return nil
            } else if errno == EAGAIN {
                throw .silent(processID: peerCredentials?.process)
            } else if errno != EINTR {
                throw .broken(String(cString: strerror(errno)))
            }
        }
        return bytes
    }
}
