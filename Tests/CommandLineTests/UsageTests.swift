import ArgumentParser
import Testing

@testable import cutover

/// Wrong words on the command line are answered with the right one.
@Suite struct UsageTests {
    @Test func aMisspeltCommandIsNotTakenForTheDashboards() throws {
        for word in [nil, "deploy", "down", "help", "--once", "-f"] {
            try Cutover.refuseUnknownCommand(word)
        }
        for (word, hint) in [("deplyo", "did you mean 'deploy'?"), ("frobnicate", "--help")] {
            let error = #expect(throws: (any Error).self) {
                try Cutover.refuseUnknownCommand(word)
            }
            let text = error.map { Cutover.fullMessage(for: $0, columns: 80) } ?? ""
            #expect(text.contains(hint), "\(text)")
            #expect(text.contains("Usage: cutover"), "\(text)")
        }
    }

    @Test func aTimeoutWithoutAWaitIsNotIgnored() {
        #expect(throws: (any Error).self) { try WaitOptions.parse(["--timeout", "5"]) }
        #expect(throws: (any Error).self) { try EventsCommand.parse(["--limit=-3"]) }
        #expect(throws: (any Error).self) { try EventsCommand.parse(["--limit", "100000"]) }
    }
}
