import CutoverDemo
import Foundation
import Synchronization

/// The load generator of one service: a process of its own, whose counts come through its output.
final class DemoLoad: Sendable {
    private let process: Mutex<Process>
    private let report: Mutex<LoadReport>
    private let lines: AsyncStream<LoadReport>

    /// Starts it.
    ///
    /// - Throws: Foundation's error, when the process cannot be started.
    init(port: Int, rate: Int, executable: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: executable)
        process.arguments = ["load-generator", "--port", "\(port)", "--rate", "\(rate)"]
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = Mutex(process)
        report = Mutex(LoadReport())
        lines = Self.reports(from: output.fileHandleForReading)
    }

    /// What was counted up to a moment ago.
    var current: LoadReport { report.withLock { $0 } }

    /// Follows the counts until the load ends.
    ///
    /// Runs beside the demo.
    func follow() async {
        for await latest in lines { report.withLock { $0 = latest } }
    }

    /// Ends the load.
    ///
    /// ``follow()`` returns when its last counts are in.
    func stop() {
        process.withLock { if $0.isRunning { $0.terminate() } }
    }

    private static func reports(from handle: FileHandle) -> AsyncStream<LoadReport> {
        AsyncStream { continuation in
            let thread = Thread {
                var rest = Data()
                while true {
                    let chunk = handle.availableData
                    if chunk.isEmpty { break }
                    rest.append(chunk)
                    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                        let line = rest[..<end]
                        rest = Data(rest[rest.index(after: end)...])
                        if let report = try? JSONDecoder().decode(LoadReport.self, from: line) {
                            continuation.yield(report)
                        }
                    }
                }
                continuation.finish()
            }
            thread.name = "load report"
            thread.start()
        }
    }
}
