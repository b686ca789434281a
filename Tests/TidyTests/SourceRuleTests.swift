import Foundation
import Testing

/// Properties of the source that neither the compiler nor the formatter checks.
@Suite struct SourceRuleTests {
    struct Rule {
        var folder: String
        var banned: [String]
        var reason: String
        /// Path prefixes that the rule spares, each for the reason that stands in the rule.
        var spared: [String] = []
        var coversComments = false
    }

    static let rules = [
        Rule(
            folder: "Sources/CutoverCore/",
            banned: [
                "Foundation", "Date()", "Clock.now", "ContinuousClock", "Task {", "Task.", "async ",
                "random(", "print(", "fatalError(", "default:",
            ],
            reason: "the core performs no I/O, reads no clock, and decides for every case by name"
        ),
        Rule(
            folder: "Sources/",
            banned: ["FIX" + "ME", "TO" + "DO", "try! ", "as! "],
            reason: "finish it before it lands",
            coversComments: true
        ),
        Rule(
            folder: "Sources/CutoverEngine/",
            banned: ["Task { await"],
            reason: "events keep their order through one inbox"
        ),
        Rule(
            folder: "Tests/",
            banned: ["Task.sleep", "usleep(", " sleep(", "Thread.sleep", ".disabled("],
            reason: "wait for a condition or the idle signal, and let no test be skipped",
            spared: ["Tests/TidyTests/"]
        ),
        Rule(
            folder: "Sources/CutoverProxy/",
            banned: ["fatalError(", "preconditionFailure(", "import Foundation", "String(format:"],
            reason: "no request may end the data plane"
        ),
    ]

    @Test func sourcesObeyTheRules() throws {
        let tree = try SourceTree()
        var complaints: [String] = []
        for rule in Self.rules {
            for file in tree.files(under: rule.folder)
            where !rule.spared.contains(where: file.path.hasPrefix) {
                for (index, line) in file.lines.enumerated() {
                    let code = line.drop { $0 == " " }
                    if code.hasPrefix("//") && !rule.coversComments { continue }
                    for token in rule.banned where code.contains(token) {
                        complaints.append(
                            "\(file.path):\(index + 1): '\(token)' is banned: \(rule.reason)"
                        )
                    }
                }
            }
        }
        #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
    }

    @Test func noTypeIsNamedByAWordThatSaysNothing() throws {
        let empty = ["Manager", "Helper", "Util", "Utils", "Data", "Info", "Misc", "Common"]
        let complaints = try SourceTree().files(under: "Sources/").filter { file in
            let name = file.path.split(separator: "/").last?.dropLast(".swift".count) ?? ""
            return empty.contains { name.hasSuffix($0) }
        }
        .map(\.path)
        #expect(complaints.isEmpty, "\(complaints)")
    }

    @Test func topLevelHoldsOnlyWhatBelongsThere() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path)
            .filter { !$0.hasPrefix(".") && $0 != "Package.resolved" }
        let expected = ["Package.swift", "README.md", "Sources", "Tests", "themes"]
        #expect(names.sorted() == expected)
    }
}
