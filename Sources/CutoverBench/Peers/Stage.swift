import CBench
import CLinux
import Foundation
import Glibc

/// Everything that a run has started, all of it up at once, with where it lives.
final class Stage {
    /// Where configurations, outputs and scripts lie; removed at the end.
    let directory: String
    /// Of what is measured, and of load and origin.
    let processors: (subject: Int32, load: Int32)
    /// The program under test.
    let cutover: String

    private(set) var subjects: [Peer: Subject] = [:]
    /// Peers that cannot be measured, each with the reason.
    private(set) var missing: [Peer: String] = [:]
    private var others: [ChildProcess] = []
    private var ports = FreePorts()
    private var outputs = 0

    /// Something to measure.
    struct Subject {
        let port: UInt16
        let process: ChildProcess
    }

    /// Runs something on a stage of its own, and leaves no process and no file behind, also when it
    /// is interrupted; without a path the program is the one beside this one.
    static func with(cutover path: String?, _ body: (Stage) throws -> Void) throws {
        let cutover = try ProgramSearch.cutover(path)
        let directory = try TemporaryDirectory()
        defer {
            Interruption.standAside()
            directory.remove()
        }
        try Interruption.endEverything(removing: directory)
        let stage = try Stage(cutover: cutover, directory: directory.path)
        defer {
            Interruption.standAside()
            stage.end()
        }
        try body(stage)
    }

    private init(cutover: String, directory: String) throws(BenchFault) {
        self.cutover = cutover
        self.directory = directory
        var list = [Int32](repeating: 0, count: 2)
        guard cbench_processors(&list, 2) == 2 else {
            throw BenchFault("two processors are needed: one for the proxy, one for the load")
        }
        processors = (list[0], list[1])
        guard cbench_pin(list[1]) == 0 else {
            throw BenchFault("this process cannot be kept on processor \(list[1])")
        }
        clinux_raise_descriptor_limit()
    }

    /// Starts the origin and these peers; one that is not installed is noted as missing.
    func start(_ peers: [Peer]) throws(BenchFault) {
        guard !peers.isEmpty else { return }
        let origin = try startOrigin(mark: "a")
        for peer in peers {
            let port = try ports.take()
            guard let command = try command(peer, port: port, origin: origin) else { continue }
            let process = try run(command, on: processors.subject)
            try awaitAnswer(of: peer.title, port: port, process)
            subjects[peer] = Subject(port: port, process: process)
        }
    }

    /// Starts one more origin, whose bodies consist of a letter; its port.
    func startOrigin(mark: String) throws(BenchFault) -> UInt16 {
        let port = try ports.take()
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
        let command = [own, "origin", "--port", "\(port)", "--mark", mark]
        let process = try run(command, on: processors.load)
        others.append(process)
        try awaitAnswer(of: "the origin", port: port, process)
        return port
    }

    /// A port for something else.
    func takePort() throws(BenchFault) -> UInt16 { try ports.take() }

    /// Runs a program on a processor.
    func run(_ command: [String], on processor: Int32) throws(BenchFault) -> ChildProcess {
        outputs += 1
        return try ChildProcess(
            command,
            on: processor,
            output: "\(directory)/output-\(outputs)"
        )
    }

    /// Runs a load generator to its end, at most `limit`; what it said.
    func load(_ command: [String], atMost limit: Duration) throws(BenchFault) -> String {
        let process = try run(command, on: processors.load)
        defer { unlink(process.outputPath) }
        guard process.wait(atMost: limit) else {
            throw BenchFault("\(command[0]) did not end within \(limit): \(process.output)")
        }
        return process.output
    }

    /// Writes a file into the directory; its path.
    func write(_ text: String, to name: String) throws(BenchFault) -> String {
        let path = "\(directory)/\(name)"
        do {
            try text.write(toFile: path, atomically: false, encoding: .utf8)
            return path
        } catch {
            throw BenchFault("\(path) cannot be written: \(error.localizedDescription)")
        }
    }

    /// Ends everything.
    func end() {
        for subject in subjects.values { subject.process.end() }
        for other in others { other.end() }
        (subjects, others) = ([:], [])
    }

    /// How a peer is started; `nil`, with the reason noted, when it cannot be.
    private func command(
        _ peer: Peer,
        port: UInt16,
        origin: UInt16
    ) throws(BenchFault) -> [String]? {
        switch peer {
        case .cutover, .spliced:
            let option = peer == .spliced ? ["--splice"] : []
            guard option.isEmpty || hasSplice else {
                missing[peer] = "`cutover proxy` has no option --splice"
                return nil
            }
            return [
                cutover, "proxy", "--listen", "127.0.0.1:\(port)", "--upstream",
                "127.0.0.1:\(origin)", "--threads", "1",
            ] + option
        case .nginx:
            let text = PeerConfiguration.nginx(port: port, origin: origin, directory: directory)
            guard let program = find("nginx", package: "nginx-light", peer) else { return nil }
            return [program, "-p", directory, "-c", try write(text, to: "nginx.conf")]
        case .haproxy:
            let text = PeerConfiguration.haproxy(port: port, origin: origin)
            guard let program = find("haproxy", package: "haproxy", peer) else { return nil }
            return [program, "-db", "-f", try write(text, to: "haproxy.cfg")]
        case .forwarder:
            let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
            return [own, "forwarder", "--port", "\(port)", "--upstream", "\(origin)"]
        }
    }

    private func find(_ name: String, package: String, _ peer: Peer) -> String? {
        if let path = ProgramSearch.path(of: name) { return path }
        missing[peer] = "\(name) is not installed: apt install \(package)"
        return nil
    }

    private var hasSplice: Bool {
        let help = try? load([cutover, "proxy", "--help"], atMost: .seconds(10))
        return help?.contains("--splice") ?? false
    }

    /// Waits until a program answers a small GET.
    func awaitAnswer(
        of name: String,
        port: UInt16,
        _ process: ChildProcess,
        atMost limit: Duration = .seconds(10)
    ) throws(BenchFault) {
        let deadline = ContinuousClock.now + limit
        while !process.hasEnded(), ContinuousClock.now < deadline {
            if let client = IdleConnection(port: port), client.sends(), client.receives() { return }
            usleep(10_000)
        }
        let end = process.status.map { "ended with status \($0)" } ?? "does not answer"
        throw BenchFault("\(name) \(end) on port \(port): \(process.output)")
    }
}
