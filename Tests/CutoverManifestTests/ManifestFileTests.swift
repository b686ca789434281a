import CutoverManifest
import Foundation
import Testing

/// Manifests as files, and what a manifest names on this machine.
@Suite struct ManifestFileTests {
    private static let text = """
        services:
          web:
            listen: 127.0.0.1:8080
            runtime:
              command: [./web]
              directory: bin
              environmentFile: web.env
              ports: 9100-9199
        """

    /// A directory of this test's own, gone when the body returns.
    private func withDirectory(_ body: (URL) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("cutover-manifest-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory)
    }

    @Test func aMissingManifestIsSaidWithItsPath() throws {
        try withDirectory { directory in
            let path = directory.appendingPathComponent("cutover.yaml").path
            let result = Manifest.load(path: path)
            #expect(result.configuration == nil)
            #expect(result.report.hasPrefix("\(path): error: there is no such manifest\n"))
        }
    }

    @Test func aDirectoryIsNoManifest() throws {
        try withDirectory { directory in
            let result = Manifest.load(path: directory.path)
            #expect(result.diagnostics.map(\.summary) == ["this is a directory, not a manifest"])
        }
    }

    @Test func aManifestThatMayNotBeReadIsSaid() throws {
        try withDirectory { directory in
            let file = directory.appendingPathComponent("cutover.yaml")
            try Self.text.write(to: file, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0],
                ofItemAtPath: file.path
            )
            let result = Manifest.load(path: file.path)
            // Nothing is denied to root.
            let expected = getuid() == 0 ? [] : ["the manifest may not be read"]
            #expect(result.diagnostics.filter { $0.severity == .error }.map(\.summary) == expected)
        }
    }

    @Test func aPipeThatNobodyWritesIsNotWaitedFor() throws {
        try withDirectory { directory in
            let path = directory.appendingPathComponent("cutover.yaml").path
            try #require(mkfifo(path, 0o600) == 0)
            let result = Manifest.load(path: path)
            #expect(result.diagnostics.map(\.summary) == ["this is a pipe, not a file"])
        }
    }

    @Test func anEditChangesTheDigestAndNothingElseDoes() {
        let digest = Manifest.parse(text: Self.text, path: "a.yaml").digest
        #expect(digest != "" && digest == Manifest.parse(text: Self.text, path: "b.yaml").digest)
        #expect(digest != Manifest.parse(text: Self.text + "\n# x", path: "a.yaml").digest)
        // One that is broken is told apart, too.
        #expect(Manifest.parse(text: "services: 1", path: "a.yaml").digest != "")
    }

    @Test func aFileWithoutEndIsNotRead() {
        let result = Manifest.load(path: "/dev/zero")
        #expect(result.errorCount == 1)
        #expect(result.report.contains("is larger than"))
    }

    @Test func aByteOrderMarkIsNotPartOfTheFirstKey() throws {
        try withDirectory { directory in
            let file = directory.appendingPathComponent("cutover.yaml")
            try ("\u{FEFF}servces: 1\n" + Self.text).write(
                to: file,
                atomically: true,
                encoding: .utf8
            )
            let result = Manifest.load(path: file.path, surroundings: nil)
            #expect(result.diagnostics.map(\.hint) == ["did you mean 'services'?"])
            #expect(
                result.diagnostics.first?.location == SourceLocation(line: 1, column: 1, length: 7)
            )
        }
    }

    @Test func whatIsNotThereYetIsAWarning() {
        func summaries(_ directory: Bool, _ file: Bool, _ program: Bool) -> [String] {
            let surroundings = Surroundings(
                isDirectory: { $0 == "/srv/shop/bin" && directory },
                isReadable: { $0 == "/srv/shop/web.env" && file },
                isExecutable: { $0 == "/srv/shop/bin/./web" && program },
                searchPath: ["/usr/bin"]
            )
            let result = Manifest.parse(
                text: Self.text,
                path: "/srv/shop/cutover.yaml",
                surroundings: surroundings
            )
            #expect(result.configuration != nil)
            #expect(result.diagnostics.allSatisfy { $0.severity == .warning })
            return result.diagnostics.map(\.summary)
        }
        #expect(summaries(true, true, true) == [])
        #expect(summaries(false, true, true) == ["there is no directory '/srv/shop/bin'"])
        #expect(summaries(true, false, true) == ["there is no readable file '/srv/shop/web.env'"])
        #expect(summaries(true, true, false) == ["there is no program './web'"])
    }

    @Test func programsWithoutASlashAreLookedUpInThePath() {
        let text = Self.text.replacing("./web", with: "web").replacing(
            "      environmentFile: web.env\n",
            with: ""
        )
        for (searchPath, found) in [(["/usr/bin", "/opt/bin"], true), (["/usr/bin"], false)] {
            let surroundings = Surroundings(
                isDirectory: { _ in true },
                isReadable: { _ in true },
                isExecutable: { $0 == "/opt/bin/web" },
                searchPath: searchPath
            )
            let result = Manifest.parse(
                text: text,
                path: "/srv/shop/cutover.yaml",
                surroundings: surroundings
            )
            #expect(result.diagnostics.isEmpty == found)
        }
    }

    @Test func thisMachineHasWhatItHas() {
        let current = Surroundings.current
        #expect(current.isDirectory("/"))
        #expect(!current.isDirectory("/dev/null"))
        #expect(current.isReadable("/dev/null"))
        #expect(current.isExecutable("/bin/sh"))
        #expect(!current.isExecutable("/nowhere/sh"))
    }
}
