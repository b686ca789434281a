import Foundation
import Glibc
import Synchronization

/// One thing that may happen in a connection's life, and what must hold then.
///
/// A script plays both the client and the instance, on raw sockets, with any proxy between them:
/// ours in this process, or another one on demand.
struct LifeCase: Sendable {
    /// What must hold, as a claim.
    var name: String

    /// Where the proxy forwards to.
    var instance = LifeInstance.scripted

    /// Timeouts of the proxy, as far as the proxy has them.
    var timeouts = LifeTimeouts()

    /// Why the case cannot be asked of a proxy that is not ours; `nil` when it can.
    var isOursAlone: String?

    /// Plays the case, and throws a `LifeDeviation` where it does not hold.
    var run: @Sendable (LifeStage) throws -> Void
}

/// What listens where the proxy forwards to.
enum LifeInstance: Sendable {
    /// A script of the case.
    case scripted
    /// Nobody: connections are refused.
    case nobody
    /// A listener whose queue is full, so that the kernel drops every SYN.
    case blackHole
}

/// Timeouts in milliseconds; long enough to play no part, unless the case is about one.
struct LifeTimeouts: Sendable {
    var head = 20_000
    var connect = 20_000
    var responseHead = 20_000
    var idle = 20_000
    var keepAlive = 20_000
    var tunnel = 20_000

    /// Short enough to wait for.
    static let short = 300
}

/// What a case found instead of what must hold.
struct LifeDeviation: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}

/// What a case has to play on: an address of a proxy, and the instance behind it.
final class LifeStage: Sendable {
    typealias Script = @Sendable (TestSocket, Int) throws -> Void

    /// Where the proxy listens, on 127.0.0.1.
    let port: UInt16

    /// The proxy.
    let subject: any LifeSubject

    /// The name of the service, if the proxy is ours.
    let service: String

    let upstream: LifeUpstream

    /// What was measured, for the comparison of proxies.
    let figures = Mutex<[String]>([])

    init(port: UInt16, subject: any LifeSubject, service: String, upstream: LifeUpstream) {
        self.port = port
        self.subject = subject
        self.service = service
        self.upstream = upstream
    }

    /// Serves each connection of the instance with this script, which gets its number from 0; what
    /// it throws is the case's deviation.
    func serve(_ script: @escaping Script) {
        upstream.serve(script)
    }

    /// Answers each request that comes whole with the pieces that `respond` makes of it.
    func answer(_ respond: @escaping @Sendable (RawMessage) -> String) {
        serve { [upstream] socket, _ in
            while let request = try socket.receiveRequest() {
                upstream.record(request)
                guard socket.send(respond(request)) else { return }
            }
        }
    }

    /// Leaves a figure for the report.
    func report(_ figure: String) {
        figures.withLock { $0.append(figure) }
    }

    /// A new connection of a client.
    func connect(receiveBuffer: Int32? = nil) throws -> TestSocket {
        guard let socket = TestSocket(port: port, receiveBuffer: receiveBuffer) else {
            throw LifeDeviation("the proxy does not accept")
        }
        return socket
    }

    /// A new connection of a client that has sent this.
    func sending(_ text: String) throws -> TestSocket {
        let socket = try connect()
        socket.send(text)
        return socket
    }
}

/// Throws unless a condition holds.
func hold(_ condition: Bool, _ otherwise: @autoclosure () -> String) throws {
    if !condition {
        throw LifeDeviation(otherwise())
    }
}

/// Waits until a condition holds, at most ten seconds, and throws when it does not come to hold.
func holdSoon(_ condition: @autoclosure () throws -> Bool, _ otherwise: String) throws {
    try hold(try eventually(condition), otherwise)
}

/// The instance of one case: a script that can be set after its port is known.
final class LifeUpstream: Sendable {
    let port: UInt16

    private let instance: ScriptedUpstream?
    private let state: State

    /// What was seen; apart, since the instance's thread shares it.
    private final class State: Sendable {
        let script = Mutex<LifeStage.Script?>(nil)
        let requests = Mutex<[RawMessage]>([])
        let notes = Notes()
        let deviations = Mutex<[String]>([])
    }

    private let blackHole: BlackHole?

    init(_ kind: LifeInstance) throws {
        let state = State()
        self.state = state
        switch kind {
        case .scripted:
            let instance = ScriptedUpstream { _, socket, number in
                do {
                    try state.script.withLock { $0 }?(socket, number)
                } catch {
                    state.deviations.withLock { $0.append("\(error)") }
                }
            }
            self.instance = instance
            port = instance.port
            blackHole = nil
        case .nobody:
            instance = nil
            port = freePort()
            blackHole = nil
        case .blackHole:
            instance = nil
            let hole = try BlackHole()
            port = hole.port
            blackHole = hole
        }
    }

    func serve(_ script: @escaping LifeStage.Script) {
        state.script.withLock { $0 = script }
    }

    func record(_ request: RawMessage) {
        state.requests.withLock { $0.append(request) }
    }

    /// Leaves a word for the other side of the case.
    func note(_ word: String) {
        state.notes.append(word)
    }

    /// Requests that came whole, in order.
    var requests: [RawMessage] { state.requests.withLock { $0 } }

    /// What the instance's side of the case found.
    var deviations: [String] { state.deviations.withLock { $0 } }

    var connectionCount: Int { instance?.connectionCount ?? 0 }

    /// Waits for a word of the other side.
    func wait(for word: String) throws {
        try hold(state.notes.wait(for: word), "'\(word)' did not happen")
    }

    /// Hangs up on everybody who is connected.
    func hangUp() {
        instance?.hangUp()
    }

    /// Ends it, and lets go of the script, which holds what holds this.
    func stop() {
        instance?.stop()
        state.script.withLock { $0 = nil }
    }
}

/// Words that one side of a case leaves for the other.
private final class Notes: @unchecked Sendable {
    // `words` is only touched while the condition's lock is held.
    private let condition = NSCondition()
    private var words: Set<String> = []

    func append(_ word: String) {
        condition.withLock {
            words.insert(word)
            condition.broadcast()
        }
    }

    /// Waits for a word, at most ten seconds.
    func wait(for word: String) -> Bool {
        condition.withLock {
            let deadline = Date(timeIntervalSinceNow: 10)
            while !words.contains(word), condition.wait(until: deadline) {}
            return words.contains(word)
        }
    }
}

/// A listener that never completes another handshake: its queue is full.
private final class BlackHole: Sendable {
    let port: UInt16

    private let listener: Int32
    private let guests: [TestSocket]

    init() throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 0) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        try hold(isListening, "no listener for a black hole")
        port = UInt16(bigEndian: address.sin_port)
        // A backlog of 0 has room for one connection.
        guests = [TestSocket(port: port)].compactMap { $0 }
    }

    deinit {
        close(listener)
    }
}
