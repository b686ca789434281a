import Foundation
import Testing

extension EndToEnd {
    @Suite struct ValidateTests {
        @Test func brokenManifestsAreAnsweredWithThePlaceTheFaultAndTheFix() async throws {
            let folder = try ProductProject.makeFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            for broken in BrokenManifest.all {
                try #require(BrokenManifest.good.contains(broken.replaced))
                let file = folder.appending(path: "cutover.yaml")
                try broken.text.write(to: file, atomically: true, encoding: .utf8)
                let result = try await Product.run("validate", directory: folder)
                let report = "'\(broken.replacement)':\n\(result.text)"
                #expect(result.status == 1, "\(report)")
                #expect(result.output.contains("cutover.yaml:\(broken.place)"), "\(report)")
                #expect(result.output.contains(broken.message), "\(report)")
                #expect(result.output.contains("^"), "\(report)")
                #expect(!result.text.contains("Fatal error"), "\(report)")
            }
        }

        @Test func everyCommandRefusesABrokenManifestInTheSameWords() async throws {
            let folder = try ProductProject.makeFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            let text = BrokenManifest.good.replacing("batch", with: "patch")
            let file = folder.appending(path: "cutover.yaml")
            try text.write(to: file, atomically: true, encoding: .utf8)
            for command in [["run"], ["status"], ["deploy", "checkout", "v1"], ["--once"], []] {
                let result = try await Program.run(Product.path, command, directory: folder)
                #expect(result.status == 1, "\(command): \(result.text)")
                #expect(
                    result.errors.contains("did you mean 'batch'"),
                    "\(command): \(result.text)"
                )
            }
            #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "state").path))
        }

        @Test func allFaultsOfAManifestAreSaidAtOnce() async throws {
            let folder = try ProductProject.makeFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            var text = BrokenManifest.good
            for broken in BrokenManifest.all.prefix(1) + BrokenManifest.all[4...4] {
                text = text.replacing(broken.replaced, with: broken.replacement)
            }
            let file = folder.appending(path: "cutover.yaml")
            try text.write(to: file, atomically: true, encoding: .utf8)
            let result = try await Product.run("validate", directory: folder)
            #expect(result.output.contains("cutover.yaml:6:5"), "\(result.text)")
            #expect(result.output.contains("cutover.yaml:12:17"), "\(result.text)")
        }

        @Test func theTemplateIsValidAndTheGoodManifestToo() async throws {
            let folder = try ProductProject.makeFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            let template = try await Product.run("validate", "--template").output
            for (text, names) in [(template, "checkout, search"), (BrokenManifest.good, "search")] {
                let file = folder.appending(path: "cutover.yaml")
                try text.write(to: file, atomically: true, encoding: .utf8)
                let result = try await Product.run("validate", directory: folder)
                #expect(result.status == 0, "\(result.text)")
                #expect(result.output.contains(names), "\(result.text)")
            }
        }

        @Test func aMissingManifestSaysHowToMakeOne() async throws {
            let folder = try ProductProject.makeFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            let result = try await Product.run("status", directory: folder)
            #expect(result.status == 1, "\(result.text)")
            #expect(result.errors.contains("cutover.yaml"), "\(result.text)")
            #expect(result.errors.contains("--template"), "\(result.text)")
        }
    }
}
