import Foundation
import Glibc

/// Counts the instructions of cases, each in two runs of a proxy of its own.
struct InstructionRun {
    private let stage: Stage
    /// Where valgrind lies.
    private let valgrind: String
    /// The program under test, without its debug information.
    private let program: String
    /// Of the shorter run.
    private let requests: Int

    /// A program that is watched takes fifty times as long as it does alone.
    private static let patience = Duration.seconds(60)

    /// Throws when a tool is missing.
    ///
    /// Swift's DWARF 5 is more than valgrind can read (3.19 gives up at its first sight), and
    /// nothing that is counted: so what runs is a copy without it.
    init(stage: Stage, requests: Int) throws(BenchFault) {
        (self.stage, self.requests) = (stage, requests)
        valgrind = try Self.find("valgrind", package: "valgrind")
        let strip = try Self.find("strip", package: "binutils")
        program = "\(stage.directory)/cutover"
        let command = [strip, "--strip-debug", "-o", program, stage.cutover]
        let output = try stage.load(command, atMost: Self.patience)
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw BenchFault("\(stage.cutover) cannot be copied without debug info: \(output)")
        }
    }

    private static func find(_ name: String, package: String) throws(BenchFault) -> String {
        guard let path = ProgramSearch.path(of: name) else {
            throw BenchFault("\(name) is not installed: apt install \(package)")
        }
        return path
    }

    func measure(_ cases: [InstructionCase]) throws(BenchFault) -> [InstructionResult] {
        let origin = try stage.startOrigin(mark: "a")
        var results: [InstructionResult] = []
        for one in cases {
            let short = try count(one, origin, requests: requests)
            let long = try count(one, origin, requests: 3 * requests)
            guard
                let result = InstructionResult(
                    one,
                    requests: requests,
                    counted: short,
                    counted3: long
                )
            else {
                throw BenchFault(
                    "\(one.title): \(long) instructions for \(3 * requests) requests, "
                        + "\(short) for \(requests)"
                )
            }
            results.append(result)
        }
        return results
    }

    /// The instructions of a proxy that answers this many requests, and ends.
    private func count(
        _ one: InstructionCase,
        _ origin: UInt16,
        requests: Int
    ) throws(BenchFault) -> UInt64 {
        let port = try stage.takePort()
        let path = "\(stage.directory)/callgrind-\(port)"
        let process = try stage.run(
            [
                valgrind, "--tool=callgrind", "--callgrind-out-file=\(path)", program, "proxy",
                "--listen", "127.0.0.1:\(port)", "--upstream", "127.0.0.1:\(origin)",
                "--threads", "1",
            ],
            on: stage.processors.subject
        )
        defer { process.end() }
        try stage.awaitAnswer(of: "the proxy", port: port, process, atMost: Self.patience)
        try ask(one, port, requests: requests)
        kill(process.processID, SIGTERM)
        guard process.wait(atMost: Self.patience), process.status == 0 else {
            throw BenchFault("the proxy under valgrind did not end as asked: \(process.output)")
        }
        let bytes = FileManager.default.contents(atPath: path) ?? Data()
        guard let totals = CallgrindTotals(String(decoding: bytes, as: UTF8.self)) else {
            throw BenchFault("callgrind counted nothing: \(process.output)")
        }
        return totals.instructions
    }

    /// Sends requests over one connection, each when the one before it is answered.
    private func ask(
        _ one: InstructionCase,
        _ port: UInt16,
        requests: Int
    ) throws(BenchFault) {
        guard var connection = SoakConnection(port: port) else {
            throw BenchFault("the proxy takes no connection on port \(port)")
        }
        let request = one.request
        for number in 1...requests {
            guard connection.send(request), let response = connection.receive(),
                response.status == 200
            else { throw BenchFault("\(one.title): request \(number) got no whole response") }
        }
    }
}
