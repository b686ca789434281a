import ArgumentParser
import CBench
import Glibc

// What the benchmark starts of itself.

struct OriginCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "origin",
        abstract: "Answer HTTP as fast as one thread of C can.",
        shouldDisplay: false
    )

    @Option(help: "The port on 127.0.0.1.")
    var port: UInt16

    @Option(help: "The letter that bodies consist of.")
    var mark = "a"

    func run() throws {
        let letter = mark.utf8.first.map { CChar(bitPattern: $0) } ?? 0
        throw BenchFault.system(-cbench_origin(port, letter), "port \(port)")
    }
}

struct ForwarderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forwarder",
        abstract: "Copy bytes between connections, which is the least that a proxy can do.",
        shouldDisplay: false
    )

    @Option(help: "The port on 127.0.0.1.")
    var port: UInt16

    @Option(help: "The origin's port.")
    var upstream: UInt16

    func run() throws {
        throw BenchFault.system(-cbench_forward(port, upstream), "port \(port)")
    }
}

struct PinnedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pinned",
        abstract: "Become a program on one processor.",
        shouldDisplay: false
    )

    @Option(help: "The processor's number.")
    var processor: Int32

    @Argument(parsing: .captureForPassthrough, help: "The program and its arguments.")
    var program: [String]

    func run() throws {
        // What stands between the options and the program.
        let words = program.first == "--" ? Array(program.dropFirst()) : program
        var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        let result = cbench_become(processor, &pointers)
        throw BenchFault.system(-result, words.first ?? "no program")
    }
}

extension BenchFault {
    /// A call of the system that failed with this errno.
    static func system(_ code: Int32, _ place: String) -> BenchFault {
        BenchFault("\(place): \(String(cString: strerror(code)))")
    }
}
