import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct FullDiskTests {
        @Test(.enabled(if: mayMount, "a small file system of its own needs the right to mount"))
        func onAFullDiskNothingMovesAndTrafficGoesOnUntilThereIsSpace() async throws {
            let sketch = ServiceSketch(ports: PortBlock())
            try await ProductProject.with(sketch) { project in
                mkdir(project.state.path, 0o700)
                try #require(Self.mountSmall(at: project.state.path))
                defer { umount2(project.state.path, Int32(MNT_DETACH)) }
                let engine = try await project.startEngine()
                try await project.serve("v1")
                let client = try IndependentClient(port: sketch.listen, folder: project.folder)
                try await client.answers(20)
                let filler = project.state.appending(path: "filler")
                try Self.fill(filler)

                let refused = try await project.run("deploy", "shop", "v2")
                #expect(refused.status == 7, "\(refused.text)")
                #expect(refused.errors.contains("space"), "\(refused.text)")
                try await client.answers(50, of: "v1")
                #expect(engine.status == nil)

                try FileManager.default.removeItem(at: filler)
                try await waitUntil(
                    "the engine to go on by itself",
                    within: .seconds(10),
                    showing: { (try? await project.run("deploy", "shop", "v2").text) ?? "" },
                    { try await project.run("deploy", "shop", "v2").status == 0 }
                )
                try await project.wait(forPhase: "awaitingPromotion")
                try await project.accept("promote", "shop")
                try await client.answers(20, of: "v2")
                let counts = try await client.finish()
                #expect(counts.failed == 0, "\(counts)")
                await project.end()
            }
        }

        /// Whether this process may mount at all, tried once.
        private static let mayMount: Bool = {
            let folder = FileManager.default.temporaryDirectory
                .appending(path: "cutover-mount-\(getpid())").path
            mkdir(folder, 0o700)
            defer { rmdir(folder) }
            guard mountSmall(at: folder) else { return false }
            umount2(folder, Int32(MNT_DETACH))
            return true
        }()

        private static func mountSmall(at path: String) -> Bool {
            mount("tmpfs", path, "tmpfs", 0, "size=2m,mode=0700") == 0
        }

        /// Writes until there is no space left.
        private static func fill(_ file: URL) throws {
            let descriptor = open(file.path, O_WRONLY | O_CREAT, 0o600)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            for size in [65536, 4096, 512, 1] {
                let block = [UInt8](repeating: 0, count: size)
                while write(descriptor, block, size) == size {}
            }
        }
    }
}
