import CutoverManifest
import Foundation
import Testing

/// Broken manifests and what is said about them: `Cases/NAME.yaml` and `Cases/NAME.expected`.
///
/// With `CUTOVER_UPDATE=1` in the environment the expected files are written anew.
@Suite struct ManifestCaseTests {
    private static let directory = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("Cases")

    private static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path)
            .filter { $0.hasSuffix(".yaml") }.sorted()
    }

    /// What `cutover validate` would print, with the place of this checkout taken out.
    private static func report(_ name: String) -> ManifestResult {
        var result = Manifest.load(
            path: directory.appendingPathComponent(name).path,
            surroundings: nil
        )
        result.path = name
        return result
    }

    @Test func everyBrokenManifestIsAnsweredAsExpected() throws {
        let names = try Self.names()
        #expect(names.count >= 40)
        for name in names {
            let report = Self.report(name).report
            let expected = Self.directory.appendingPathComponent(name)
                .deletingPathExtension().appendingPathExtension("expected")
            if ProcessInfo.processInfo.environment["CUTOVER_UPDATE"] == "1" {
                try report.write(to: expected, atomically: true, encoding: .utf8)
            }
            #expect(report == (try? String(contentsOf: expected, encoding: .utf8)), "\(name)")
        }
    }

    @Test func everyCaseHasAFaultAndOnlyErrorsKeepTheConfigurationAway() throws {
        for name in try Self.names() {
            let result = Self.report(name)
            #expect(!result.diagnostics.isEmpty, "\(name)")
            #expect((result.configuration == nil) == (result.errorCount > 0), "\(name)")
        }
    }

    @Test func faultsComeInTheOrderOfTheFile() throws {
        for name in try Self.names() {
            let places = Self.report(name).diagnostics.compactMap(\.location).map {
                [$0.line, $0.column]
            }
            let ordered = places.sorted { $0.lexicographicallyPrecedes($1) }
            #expect(places == ordered, "\(name)")
        }
    }

    @Test func noReportCarriesAControlCharacter() throws {
        for name in try Self.names() {
            let report = Self.report(name).report
            let controls = report.unicodeScalars.filter {
                $0 != "\n" && $0.properties.generalCategory == .control
            }
            #expect(controls.isEmpty, "\(name)")
        }
    }
}
