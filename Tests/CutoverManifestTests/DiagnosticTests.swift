import CutoverManifest
import Testing

/// How faults are told.
@Suite struct DiagnosticTests {
    private func hint(_ text: String) -> String? {
        Manifest.parse(text: text, path: "x.yaml").diagnostics
            .first { $0.summary.hasPrefix("unknown key") }?.hint
    }

    @Test func aSlipOfTheFingersIsUnderstood() {
        let slips = [
            "projct": "project", "porject": "project", "Project": "project",
            "on-disconnect": "onDisconnect", "on_disconnect": "onDisconnect",
            "sevrices": "services", "enviroment": "environment",
        ]
        for (slip, meant) in slips {
            #expect(hint("\(slip): x\n") == "did you mean '\(meant)'?", "\(slip)")
        }
    }

    @Test func anythingElseIsNotGuessed() {
        let known = "known here: environment, onDisconnect, project, proxy, services"
        for word in ["x", "version", String(repeating: "p", count: 900)] {
            #expect(hint("\(word): x\n") == known)
        }
    }

    @Test func theUnderlineStandsUnderTheFault() {
        let text = "project: a b\tc\nservices: {}\n"
        let report = Manifest.parse(text: text, path: "x.yaml").report
        #expect(
            report.hasPrefix(
                """
                x.yaml:1:10: error: 'project' holds a control character
                    1 | project: a b→c
                      |          ^^^^^

                """
            )
        )
    }

    @Test func aPathCannotDriveTheTerminal() {
        let report = Manifest.parse(text: "", path: "\u{1B}[31m.yaml").report
        #expect(report.hasPrefix("\\u{1B}[31m.yaml:1:1: error: the manifest is empty"))
    }

    @Test func moreFaultsThanAnybodyReadsAreCounted() {
        let keys = (0..<300).map { "key\($0): 1\n" }.joined()
        let report = Manifest.parse(text: keys, path: "x.yaml").report
        #expect(report.contains("\n101 more faults are not shown.\n"))
        #expect(report.hasSuffix("\n301 errors\n"))
    }

    /// YAML ends lines at more characters than most editors; a fault must still show its own line.
    @Test func everyLineBreakOfYAMLIsALine() {
        for lineBreak in ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}"] {
            let text = "project: shop\(lineBreak)# more\(lineBreak)onDisconect: hold\(lineBreak)"
            let report = Manifest.parse(text: text, path: "x.yaml").report
            #expect(
                report.contains("    3 | onDisconect: hold\n      | ^^^^^^^^^^^\n"),
                "\(report)"
            )
        }
    }
}
