import CutoverWire
import Foundation
import Testing

@testable import CutoverProxy

/// A client and a server that others wrote, through the proxy: the library `websockets` of PyPI.
///
/// `websocket_peers.py` plays the cases on both ends; here is what the proxy's owner does.
@Suite struct WebSocketLibraryTests {
    private static let cases = 11

    @Test func everyCaseOfARealLibraryHolds() throws {
        let peers = try WebSocketPeers()
        let proxy = try ProxyHarness(threads: 2)
        let port = freePort()
        var held = 0
        while let line = peers.nextLine() {
            let words = line.split(separator: " ").map(String.init)
            switch (words.first, words.dropFirst().first) {
            case ("please", "listen"):
                peers.ports = words.suffix(2).compactMap { UInt16($0) }
                try apply(proxy, port, peers, live: "blue")
                peers.answer("\(port)")
            case ("please", "switch"):
                try apply(proxy, port, peers, live: words[2])
                peers.answer("done")
            case ("please", "cut"):
                peers.answer("\(try proxy.cut(words[2] + "-0"))")
            case ("please", "stop"):
                proxy.stop()
                peers.answer("done")
            case ("held", _): held += 1
            default: #expect(line == "end", "\(line)")
            }
        }
        #expect(held == Self.cases, "\(peers.errors)")
    }

    private func apply(
        _ proxy: ProxyHarness,
        _ port: UInt16,
        _ peers: WebSocketPeers,
        live: String
    ) throws {
        try #require(peers.ports.count == 2)
        let sides = zip(["blue", "green"], peers.ports).map { name, port in
            ProxySide.of(name, weight: name == live ? 1 : 0, port, isDraining: name != live)
        }
        try proxy.apply(.on(port, sides[0], sides[1]))
    }
}

/// The running script.
private final class WebSocketPeers {
    /// Where its servers listen, as it said.
    var ports: [UInt16] = []

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let errorFile: URL

    init() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let root = folder.deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let python = root.appending(path: ".build/python/bin/python3").path
        try #require(
            FileManager.default.isExecutableFile(atPath: python),
            "there is no \(python), which has the library 'websockets': run .ci/install"
        )
        errorFile = URL(filePath: "/tmp/cutover-websockets-\(getpid())-\(freePort())")
        _ = FileManager.default.createFile(atPath: errorFile.path, contents: nil)
        process.executableURL = URL(filePath: python)
        process.arguments = ["-u", folder.appending(path: "websocket_peers.py").path]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errorFile)
        try process.run()
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: errorFile)
    }

    private var buffer = Data()

    /// The next line that it prints; `nil` at its end, which it sets itself a limit for.
    func nextLine() -> String? {
        while true {
            if let end = buffer.firstIndex(of: 0x0a) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer = Data(buffer[buffer.index(after: end)...])
                return line
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { return nil }
            buffer += more
        }
    }

    func answer(_ line: String) {
        input.fileHandleForWriting.write(Data("\(line)\n".utf8))
    }

    /// What it complained of.
    var errors: String {
        (try? String(contentsOf: errorFile, encoding: .utf8)) ?? ""
    }
}
