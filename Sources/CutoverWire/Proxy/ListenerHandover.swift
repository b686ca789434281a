import CLinux
import Glibc

/// Listening sockets on their way from one process to another, over a Unix socket.
///
/// Both then have the same queues of connections, so that none is refused or reset while one takes
/// the other's place. Each descriptor travels with one byte; a last byte without one says that
/// these were all. That byte is answered: by a follower when it serves, by a proxy that gets what
/// was kept when it has it.
package enum ListenerHandover {
    private static let descriptor: UInt8 = 0x64
    private static let end: UInt8 = 0x65

    /// The most sockets that a proxy takes over.
    package static let maximum = 65_536

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
    /// when one is missing.
    ///
    /// From then on they are the caller's to close. What comes with the last byte is none of them.
    /// Of more than `limit` it keeps at least one for each address, as far as that goes, and closes
    /// the others as they come: one queue is enough that no connection is refused.
    package static func receive(
        from peer: Int32,
        atMost limit: Int,
        by deadline: ContinuousClock.Instant
    ) -> ReceivedListeners? {
        var result = ReceivedListeners()
        while let (byte, listener) = receiveOne(from: peer, by: deadline) {
            if byte == end {
                close(listener)
                return result
            }
            var host: UInt32 = 0
            var port: UInt16 = 0
            guard deadline > .now, listener >= 0,
                clinux_local_address(listener, &host, &port) == 0
            else {
                close(listener)
                break
            }
            guard clinux_is_listening(listener) != 0 else {
                close(listener)
                continue
            }
            let octets = [24, 16, 8, 0].map { String(host >> $0 & 0xff) }
            let address = SocketAddress.ipv4(host: octets.joined(separator: "."), port: port)
            if let surplus = result.take(listener, at: address, atMost: limit) {
                close(surplus)
            }
        }
        for listener in result.sockets.values.joined() {
            close(listener)
        }
        return nil
    }

    /// Says that what was received is served, or will be.
    package static func confirm(_ peer: Int32) {
        _ = clinux_send_descriptor(peer, end, -1)
    }

    /// Whether the peer says that before `deadline`.
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
        while true {
            let count = poll(&entry, 1, milliseconds(until: deadline))
            if count >= 0 || errno != EINTR {
                return count > 0
            }
        }
    }
}

/// Listening sockets that came from another process.
package struct ReceivedListeners: Sendable {
    /// By address, in the order in which they came; none where not one could be kept.
    package private(set) var sockets: [SocketAddress: [Int32]] = [:]

    /// How many are open.
    package private(set) var count = 0

    /// How many were closed, since they were too many.
    package private(set) var surplus = 0

    /// Takes over one more; returns the one that is to be closed when that is too many.
    ///
    /// For an address without any, one with several gives one up.
    fileprivate mutating func take(
        _ descriptor: Int32,
        at address: SocketAddress,
        atMost limit: Int
    ) -> Int32? {
        guard count >= limit else {
            count += 1
            sockets[address, default: []].append(descriptor)
            return nil
        }
        surplus += 1
        let fullest = sockets.max { $0.value.count < $1.value.count }
        guard sockets[address, default: []].isEmpty, let fullest, fullest.value.count > 1 else {
            sockets[address, default: []] += []
            return descriptor
        }
        sockets[address] = [descriptor]
        return sockets[fullest.key]?.popLast()
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
