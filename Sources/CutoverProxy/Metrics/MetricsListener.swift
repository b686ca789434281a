import CLinux
import CutoverWire
import Glibc

/// The port where anybody who reaches it may read the metrics, served by the control thread.
///
/// It is bounded in connections and in time, and it never waits: what a peer does not take now it
/// takes at a later turn, or its time is over.
final class MetricsListener {
    /// Peers at once; more wait in the queue.
    static let peersMaximum = 16

    /// From the connection to its end.
    static let timeout = Duration.seconds(10)

    let address: SocketAddress

    private let descriptor: Int32
    private let timeout: Duration
    private var peers: [Peer] = []

    /// Set while no descriptor is left: a listener that is looked at would be ready for ever.
    private var pausedUntil: ContinuousClock.Instant?

    private struct Peer {
        let descriptor: Int32
        let deadline: ContinuousClock.Instant
        var scrape = Scrape()
        var output: ArraySlice<UInt8> = []
        /// The answer is out; what the peer still sends is discarded until it closes.
        var isAnswered = false
    }

    /// Listens there, or throws with the way out.
    init(
        at address: SocketAddress,
        timeout: Duration = MetricsListener.timeout
    ) throws(ProxyFault) {
        guard case .ipv4(let host, let port) = address, let octets = SocketAddress.octets(host)
        else {
            throw ProxyFault("metrics cannot be served at \(address)")
        }
        let number = octets.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let descriptor = clinux_listen_ipv4(number, port, 0)
        guard descriptor >= 0 else {
            throw ProxyFault(
                "metrics cannot be served at \(address): \(systemMessage(-descriptor)); "
                    + "stop what listens there (ss -ltnp shows it) or choose another address"
            )
        }
        self.address = address
        self.timeout = timeout
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
        for peer in peers {
            close(peer.descriptor)
        }
    }

    /// What its descriptors wait for; the listener is the first.
    var entries: [pollfd] {
        let isOpen = peers.count < Self.peersMaximum && pausedUntil == nil
        let listener = pollfd(
            fd: isOpen ? descriptor : -1,
            events: Int16(POLLIN),
            revents: 0
        )
        return [listener]
            + peers.map { peer in
                pollfd(
                    fd: peer.descriptor,
                    events: Int16(peer.output.isEmpty ? POLLIN : POLLOUT),
                    revents: 0
                )
            }
    }

    /// When `serve` is to be called although no descriptor is ready.
    var nextDeadline: ContinuousClock.Instant? {
        (peers.map(\.deadline) + [pausedUntil].compactMap(\.self)).min()
    }

    /// Does what the descriptors of `entries` are ready for.
    func serve(_ entries: ArraySlice<pollfd>, _ metrics: () -> String) {
        let now = ContinuousClock.now
        var kept: [Peer] = []
        for (var peer, entry) in zip(peers, entries.dropFirst()) {
            if peer.deadline > now, entry.revents == 0 || Self.serve(&peer, metrics) {
                kept.append(peer)
            } else {
                close(peer.descriptor)
            }
        }
        peers = kept
        if let until = pausedUntil, until <= now {
            pausedUntil = nil
        }
        guard let listener = entries.first, listener.revents != 0 else {
            return
        }
        while peers.count < Self.peersMaximum {
            var address: UInt32 = 0
            let accepted = clinux_accept(descriptor, &address)
            guard accepted >= 0 else {
                if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(-accepted) {
                    pausedUntil = now + .milliseconds(250)
                }
                return
            }
            peers.append(Peer(descriptor: accepted, deadline: now + timeout))
        }
    }

    /// False when the peer is done or gone.
    private static func serve(_ peer: inout Peer, _ metrics: () -> String) -> Bool {
        if peer.output.isEmpty {
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = recv(peer.descriptor, &buffer, buffer.count, 0)
            guard count > 0 else {
                return count < 0 && (errno == EAGAIN || errno == EINTR)
            }
            guard !peer.isAnswered, peer.scrape.append(buffer[..<count]) else {
                return true
            }
            peer.output = peer.scrape.answer(metrics)[...]
            peer.isAnswered = true
        }
        while !peer.output.isEmpty {
            let count = peer.output.withUnsafeBytes {
                send(peer.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else {
                return errno == EAGAIN || errno == EINTR
            }
            peer.output = peer.output.dropFirst(count)
        }
        peer.output = []
        clinux_shutdown_send(peer.descriptor)
        return true
    }
}
