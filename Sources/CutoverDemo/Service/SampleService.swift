import Dispatch
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// The HTTP service that the demo deploys: a real process with a behaviour by release.
///
/// On SIGTERM it stops accepting, finishes what it has begun and exits with status 0, as a service
/// that is to be deployed without downtime must.
package struct SampleService: Sendable {
    package var port: Int
    package var release: String
    package var instance: String

    package init(port: Int, release: String, instance: String) {
        self.port = port
        self.release = release
        self.instance = instance
    }

    /// Serves until SIGTERM or SIGINT.
    ///
    /// - Throws: the error of `bind` when the port is taken.
    package func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let requests = RequestCount()
        let quiescing = Quiescing()
        let server = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                    try pipeline.addHandler(
                        SampleHandler(service: self, requests: requests, quiescing: quiescing)
                    )
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        await Self.terminationSignal()
        try await server.close()
        quiescing.begin()
        while requests.inFlight > 0 {
            try await Task.sleep(for: .milliseconds(5))
        }
        try await group.shutdownGracefully()
    }

    private static func terminationSignal() async {
        let (signals, continuation) = AsyncStream.makeStream(of: Void.self)
        let sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        for await _ in signals { break }
        for source in sources { source.cancel() }
    }
}

/// Requests of one process: counted for the crash, and waited for before the exit.
final class RequestCount: Sendable {
    private let begun = Atomic<Int>(0)
    private let finished = Atomic<Int>(0)

    var inFlight: Int {
        begun.load(ordering: .sequentiallyConsistent)
            - finished.load(ordering: .sequentiallyConsistent)
    }

    /// Returns the number of the request, from 1.
    func begin() -> Int {
        begun.add(1, ordering: .sequentiallyConsistent).newValue
    }

    func finish() {
        finished.add(1, ordering: .sequentiallyConsistent)
    }
}

/// Whether the process is on its way out, so that answers say `Connection: close`.
final class Quiescing: Sendable {
    private let flag = Atomic<Bool>(false)

    var isQuiescing: Bool { flag.load(ordering: .relaxed) }

    func begin() {
        flag.store(true, ordering: .relaxed)
    }
}
