import CLinux
import CutoverWire
import Glibc

/// A Unix socket over which a proxy that ends gives its listening sockets to the one that follows.
enum Handover {
    /// How long a proxy that ends waits for a follower: who watches it asks at least each second.
    static let window = Duration.seconds(3)

    /// Where a proxy with this control socket is asked for its sockets.
    static func path(_ controlSocket: String) -> String { controlSocket + ".handover" }

    /// Asks a proxy that ends for its sockets; `nil` when there is none, or when it is gone before
    /// it has sent all.
    static func ask(_ controlSocket: String) -> (peer: Int32, listeners: [SocketAddress: [Int32]])?
    {
        var peer: Int32 = -1
        guard clinux_connect_unix(path(controlSocket), &peer) == 0 else {
            return nil
        }
        guard isTrusted(peer),
            let received = ListenerHandover.receive(
                from: peer,
                atMost: ListenerHandover.maximum,
                by: .now + .seconds(1)
            )
        else {
            close(peer)
            return nil
        }
        return (peer, received.sockets)
    }
}
