import CLinux
import CutoverWire
import Glibc

/// A Unix socket over which a proxy that ends gives its listening sockets to the one that follows.
///
/// Both then accept from the same queues, so at no moment is a connection refused, and none that
/// waits in a queue is reset. Each descriptor travels with one byte; a last byte without one says
/// that these were all; the follower answers it when it serves.
enum Handover {
    private static let descriptor: UInt8 = 0x64
    private static let end: UInt8 = 0x65

    /// How long a proxy that ends waits for a follower: who watches it asks at least each second.
    static let window = Duration.seconds(3)

    /// Where a proxy with this control socket is asked for its sockets.
    static func path(_ controlSocket: String) -> String { controlSocket + ".handover" }

    /// Sends these sockets to a follower, and returns whether it serves them before `deadline`.
    static func give(
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
            && receive(from: peer, by: deadline)?.byte == end
    }

    /// Asks a proxy that ends for its sockets; `nil` when there is none, or when it is gone before
    /// it has sent all.
    static func ask(_ controlSocket: String) -> (peer: Int32, listeners: [SocketAddress: [Int32]])?
    {
        var peer: Int32 = -1
        guard clinux_connect_unix(path(controlSocket), &peer) == 0 else {
            return nil
        }
        guard isTrusted(peer), let listeners = take(from: peer, by: .now + .seconds(1)) else {
            close(peer)
            return nil
        }
        return (peer, listeners)
    }

    /// Says that what was taken is served.
    static func confirm(_ peer: Int32) {
        _ = clinux_send_descriptor(peer, end, -1)
    }

    /// Receives all sockets of a proxy that ends; `nil`, with none left open, when one is missing.
    private static func take(
        from peer: Int32,
        by deadline: ContinuousClock.Instant
    ) -> [SocketAddress: [Int32]]? {
        var result: [SocketAddress: [Int32]] = [:]
        while let (byte, listener) = receive(from: peer, by: deadline) {
            if byte == end {
                return result
            }
            var host: UInt32 = 0
            var port: UInt16 = 0
            guard listener >= 0, clinux_local_address(listener, &host, &port) == 0 else {
                close(listener)
                break
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

    private static func receive(
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
func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
    let (seconds, attoseconds) = ContinuousClock.now.duration(to: deadline).components
    guard seconds >= 0, attoseconds >= 0 else {
        return 0
    }
    return Int32(min(seconds, 1_000_000) * 1_000 + attoseconds / 1_000_000_000_000_000 + 1)
}
