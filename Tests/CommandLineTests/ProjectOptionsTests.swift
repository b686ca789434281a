import Foundation
import Testing

@testable import cutover

/// Which state directory a command is about.
@Suite struct ProjectOptionsTests {
    @Test func aRelativeStateHomeDoesNotCount() {
        let home = ["HOME": "/home/alice"]
        let usual = "/home/alice/.local/state/cutover"
        #expect(StateHome(environment: home).path == usual)
        for (value, path) in [("", usual), ("state", usual), ("/srv/state", "/srv/state/cutover")] {
            let environment = home.merging(["XDG_STATE_HOME": value]) { $1 }
            #expect(StateHome(environment: environment).path == path)
        }
    }

    @Test func theDirectoryOfAManifestIsFoundByItsRecord() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "cutover-home-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let home = StateHome(environment: ["XDG_STATE_HOME": folder.path])
        #expect(home.directories(adoptedFrom: "/a/cutover.yaml") == [])
        for (project, manifest) in [("a", "/a/cutover.yaml"), ("b", "/b/cutover.yaml")] {
            let directory = home.directory(of: project)
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true
            )
            let record = AdoptedManifest(path: manifest, digest: "1")
            try record.write(in: directory)
            #expect(AdoptedManifest(in: directory) == record)
        }
        #expect(home.directories(adoptedFrom: "/a/cutover.yaml") == [home.directory(of: "a")])
    }
}
