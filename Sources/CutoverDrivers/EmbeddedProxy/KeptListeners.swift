import CutoverWire
import Glibc

/// Copies of the proxy's listening sockets, for the case that it dies.
///
/// As long as one process has them a connection is taken into their queues, and waits there for the
/// proxy that comes next: none is refused while no proxy runs.
final class KeptListeners: Sendable {
    private let received: ReceivedListeners

    /// Where the proxy listens, also where there was no room for a copy.
    var addresses: Set<SocketAddress> { Set(received.sockets.keys) }
    fileprivate var descriptors: [Int32] { Array(received.sockets.values.joined()) }

    /// How many there are.
    var count: Int { received.count }

    /// The most that are kept, for that what else this process opens is more important.
    static var maximum: Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return min(Int(clamping: limit.rlim_cur / 4), ListenerHandover.maximum)
    }

    /// Takes over open sockets.
    init(_ received: ReceivedListeners) {
        self.received = received
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }

    /// What a kill would cost all the same; `nil` when there was room for all.
    var shortage: String? {
        guard received.surplus > 0 else {
            return nil
        }
        let bare = received.sockets.filter(\.value.isEmpty).keys.map(\.description).sorted()
        let refusal =
            bare.isEmpty
            ? "" : ", and connections to \(bare.joined(separator: ", ")) would be refused"
        return "of \(count + received.surplus) listening sockets only \(count) are kept, a quarter "
            + "of the descriptors that this process may have (ulimit -n): if the proxy were "
            + "killed, what waits in the queues of the others would be lost\(refusal)"
    }
}

/// The way on which a new proxy gets what was kept of the one before: a socket that is its standard
/// input.
struct KeptChannel: ~Copyable {
    /// How long a proxy may take to ask for them.
    private static let limit = Duration.seconds(5)

    /// The proxy's end.
    let input: OwnedDescriptor
    private let output: OwnedDescriptor
    private let kept: KeptListeners

    init(_ kept: KeptListeners) throws(ProgramFault) {
        var ends: [Int32] = [-1, -1]
        let flags = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        guard socketpair(AF_UNIX, Int32(flags), 0, &ends) == 0 else {
            let error = SystemError(code: errno)
            throw ProgramFault(message: "cannot make a socket: \(error)", isTransient: true)
        }
        input = OwnedDescriptor(ends[0])
        output = OwnedDescriptor(ends[1])
        self.kept = kept
    }

    /// Sends them to the proxy that has been started; false when it does not say that it has them.
    consuming func send() async -> Bool {
        let (kept, peer) = (kept, output.number)
        // With its end open here too, that of a proxy that dies would not be noticed.
        Self.close(input)
        let isTaken = await BlockingWork.run {
            let deadline = ContinuousClock.now + Self.limit
            return ListenerHandover.send(kept.descriptors, to: peer, by: deadline)
                && ListenerHandover.awaitConfirmation(of: peer, by: deadline)
        }
        Self.close(output)
        return isTaken
    }

    private static func close(_ descriptor: consuming OwnedDescriptor) {}
}
