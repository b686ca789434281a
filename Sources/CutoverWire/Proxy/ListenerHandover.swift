import CLinux
import Glibc

/// Listening sockets on their way from one process to another, over a Unix socket.
///
/// Both then have the same queues of connections, so that none is refused or reset while one takes
/// the other's place. Each descriptor travels with one byte; a last byte without one says that
/// these were all. A follower answers that byte when it serves.
package enum ListenerHandover {
    private static let descriptor: UInt8 = 0x64
    private static let end: UInt8 = 0x65

    /// Sends these sockets; false when the peer has not taken them all before `deadline`.
    package static func send(
        _ listeners: [Int32],
        to peer: Int32,
        by deadline: ContinuousClock.Instant
    ) -> Bool {
        for listener in listeners {
            guard send(descriptor, listener, to: peer, by: deadline) else {
                return false
            }
        }
        return send(end, -1, to: peer, by: deadline)
    }

    /// Receives all sockets that a peer sends and that still listen; `nil`, with none left open,
    /// when one is missing, or when there are more than `limit`.
    ///
    /// From then on they are the caller's to close. What comes with the last byte is none of them.
    package static func receive(
        from peer: Int32,
        atMost limit: Int,
        by deadline: ContinuousClock.Instant
    ) -> [SocketAddress: [Int32]]? {
        var result: [SocketAddress: [Int32]] = [:]
        var left = limit
        while let (byte, listener) = receiveOne(from: peer, by: deadline) {
            if byte == end {
                close(listener)
                return result
            }
            left -= 1
            guard left >= 0, deadline > .now else {
                close(listener)
                break
            }
            var host: UInt32 = 0
            var port: UInt16 = 0
            guard listener >= 0, clinux_local_address(listener, &host, &port) == 0 else {
                close(listener)
                break
            }
            guard clinux_is_listening(listener) != 0 else {
                close(listener)
                continue
            }
            let octets = [24, 16, 8, 0].map { String(host >> $0 & 0xff) }
            result[.ipv4(host: octets.joined(separator: "."), port: port), default: []]
                .append(listener)
        }
        for listener in result.values.joined() {
            close(listener)
        }
        return nil
    }

    /// Says that what was received is served.
    package static func confirm(_ peer: Int32) {
        _ = clinux_send_descriptor(peer, end, -1)
    }

    /// Whether the peer says before `deadline` that it serves what it was sent.
    package static func awaitConfirmation(
        of peer: Int32,
        by deadline: ContinuousClock.Instant
    ) -> Bool {
        guard let (byte, listener) = receiveOne(from: peer, by: deadline) else {
            return false
        }
        close(listener)
        return byte == end
    }

    private static func send(
        _ byte: UInt8,
        _ listener: Int32,
        to peer: Int32,
        by deadline: ContinuousClock.Instant
    ) -> Bool {
        while true {
            switch clinux_send_descriptor(peer, byte, listener) {
            case 0: return true
            case -EINTR: continue
            case -EAGAIN: guard wait(peer, Int16(POLLOUT), until: deadline) else { return false }
            default: return false
            }
        }
    }

    private static func receiveOne(
        from peer: Int32,
        by deadline: ContinuousClock.Instant
    ) -> (byte: UInt8, listener: Int32)? {
        while true {
            var byte: UInt8 = 0
            var listener: Int32 = -1
            switch clinux_receive_descriptor(peer, &byte, &listener) {
            case 1: return (byte, listener)
            case -EINTR: continue
            case -EAGAIN: guard wait(peer, Int16(POLLIN), until: deadline) else { return nil }
            default: return nil
            }
        }
    }

    private static func wait(
        _ peer: Int32,
        _ events: Int16,
        until deadline: ContinuousClock.Instant
    ) -> Bool {
        var entry = pollfd(fd: peer, events: events, revents: 0)
        return poll(&entry, 1, milliseconds(until: deadline)) > 0
    }
}

/// What is left until then, for poll(2); 0 when it is over.
package func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
    let (seconds, attoseconds) = ContinuousClock.now.duration(to: deadline).components
    guard seconds >= 0, attoseconds >= 0 else {
        return 0
    }
    return Int32(min(seconds, 1_000_000) * 1_000 + attoseconds / 1_000_000_000_000_000 + 1)
}
