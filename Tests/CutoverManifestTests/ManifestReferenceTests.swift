import CutoverManifest
import Foundation
import Testing

/// The table of keys says what the decoder does.
@Suite struct ManifestReferenceTests {
    /// With `CUTOVER_UPDATE=1` in the environment the page is written anew.
    @Test func thePageIsTheTable() throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Sources/CutoverManifest/CutoverManifest.docc/Manifest.md")
        if ProcessInfo.processInfo.environment["CUTOVER_UPDATE"] == "1" {
            try FileManager.default.createDirectory(
                at: page.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try ManifestReference.page.write(to: page, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: page, encoding: .utf8) == ManifestReference.page)
    }

    @Test func theTextNamesEveryKeyAndFitsATerminal() {
        let lines = ManifestReference.text.split(separator: "\n")
        for key in ManifestReference.keys {
            #expect(lines.contains { $0 == key.path }, "\(key.path)")
        }
        #expect(lines.allSatisfy { $0.count <= 80 })
    }

    /// The decoder lists the keys that it reads where it meets one that it does not know.
    @Test func theDecoderKnowsExactlyTheKeysOfTheTable() throws {
        let named = ["services", "services.NAME.checks"]
        let parents = Set(ManifestReference.keys.map(\.parent)).subtracting(named)
        #expect(parents.count > 10)
        for parent in parents {
            let expected = ManifestReference.keys.filter { $0.parent == parent }.map(\.name)
            let sketch = ManifestSketch(around: parent.isEmpty ? "services" : parent)
            let unknown = "quetzalcoatl"
            sketch.set(parent.isEmpty ? unknown : "\(parent).\(unknown)", "1")
            let result = Manifest.parse(text: sketch.text, path: "x.yaml")
            let diagnostic = try #require(
                result.diagnostics.first { $0.summary.contains(unknown) },
                "\(sketch.text)"
            )
            let names = expected.map { $0.replacing("[]", with: "") }
            let known = "known here: \(Set(names).sorted().joined(separator: ", "))"
            #expect(diagnostic.hint == known, "\(parent)")
        }
    }

    @Test func aDefaultWrittenOutChangesNothing() throws {
        for key in ManifestReference.keys {
            guard case .value(let fallback) = key.fallback else { continue }
            let sketch = ManifestSketch(around: key.path)
            let left = Manifest.parse(text: sketch.text, path: "x.yaml")
            sketch.set(key.path, fallback)
            let written = Manifest.parse(text: sketch.text, path: "x.yaml")
            #expect(left.report == "" && written.report == "", "\(sketch.text)\(written.report)")
            #expect(left.configuration == written.configuration, "\(key.path)")
            #expect(written.configuration != nil)
        }
    }

    @Test func aRequiredKeyIsMissedAndAnyOtherIsNot() throws {
        for key in ManifestReference.keys
        where key.path != "services.NAME" && key.path != "services.NAME.strategy.rolling" {
            let sketch = ManifestSketch(around: key.parent.isEmpty ? "services" : key.parent)
            sketch.set("project", "shop")
            sketch.set(key.path, nil)
            let result = Manifest.parse(text: sketch.text, path: "x.yaml")
            let isMissed = result.diagnostics.contains {
                $0.summary.hasPrefix("'\(key.name)' is missing")
            }
            #expect(isMissed == (key.fallback == .required), "\(key.path)\n\(result.report)")
        }
    }

    @Test func limitsHoldAndAreSaid() throws {
        var tried = 0
        for key in ManifestReference.keys {
            guard let limits = Limits(key.kind) else { continue }
            tried += 1
            for value in limits.inside {
                #expect(try outOfRange(key, value) == nil, "\(key.path): \(value)")
            }
            for value in limits.outside {
                let diagnostic = try #require(try outOfRange(key, value), "\(key.path): \(value)")
                #expect(diagnostic.detail == "Expected: \(key.kind.text).")
            }
        }
        #expect(tried > 25)
    }

    private func outOfRange(_ key: ManifestKey, _ value: String) throws -> Diagnostic? {
        let sketch = ManifestSketch(around: key.path)
        sketch.set(key.path, value)
        return Manifest.parse(text: sketch.text, path: "x.yaml").diagnostics
            .first { $0.summary.hasPrefix("'\(key.name)' is out of range") }
    }
}

/// Values at the limits of a key, and next to them.
private struct Limits {
    var inside: [String]
    var outside: [String]

    init?(_ kind: ManifestKey.Kind) {
        switch kind {
        case .duration(let range):
            inside = [range.lowerBound, range.upperBound].map(DurationLiteral.text)
            outside = [DurationLiteral.text(range.upperBound + .milliseconds(1))]
            if range.lowerBound > .zero {
                outside.append(DurationLiteral.text(range.lowerBound - .milliseconds(1)))
            }
        case .count(let range):
            inside = ["\(range.lowerBound)", "\(range.upperBound)"]
            outside = ["\(range.upperBound + 1)"]
            if range.lowerBound > 0 {
                outside.append("\(range.lowerBound - 1)")
            }
        case .size(let range):
            inside = [range.lowerBound, range.upperBound].map(SizeLiteral.text)
            outside = ["\(range.upperBound + 1)"]
            if range.lowerBound > 0 {
                outside.append("\(range.lowerBound - 1)")
            }
        case .percentage(let range):
            inside = [range.lowerBound, range.upperBound].map(PercentageLiteral.text)
            outside = ["100.1%"]
        case .factor(let range):
            inside = [range.lowerBound, range.upperBound].map { "\(Int($0))" }
            outside = ["\(Int(range.upperBound)).1", "0.9"]
        case .range(let range):
            inside = ["\(range.lowerBound)-\(range.upperBound)"]
            outside = ["\(range.lowerBound - 1)-\(range.upperBound)", "\(range.upperBound + 1)"]
        default: return nil
        }
    }
}
