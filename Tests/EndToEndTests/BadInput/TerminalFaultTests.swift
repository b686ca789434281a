import Foundation
import Testing

extension EndToEnd {
    /// Terminals that are too small, unknown, or none at all.
    @Suite struct TerminalFaultTests {
        private static var sketch: ServiceSketch { ServiceSketch(ports: PortBlock()) }

        @Test func aTerminalOfOneCellAndOneOfHundredsAreSurvived() async throws {
            try await inTerminal { project, tmux in
                try await tmux.enter(project.shellCommand)
                try await tmux.wait(forText: "? help")
                let dashboard = try await tmux.foregroundProcess()
                for (columns, rows) in [(1, 1), (300, 100), (3, 2), (500, 3), (1, 50), (80, 24)] {
                    try await tmux.resize(columns: columns, rows: rows)
                }
                try await tmux.wait(forText: "? help")
                let survivor = try await tmux.foregroundProcess()
                #expect(survivor != nil && survivor == dashboard)
                try await tmux.resize(columns: 1, rows: 1)
                try await tmux.press("q")
                try await waitUntil("the dashboard's end") {
                    try await tmux.foregroundProcess() == nil
                }
                try await tmux.resize(columns: 80, rows: 24)
                try await tmux.expectClean()
            }
        }

        @Test func everyKindOfTerminalIsServedOrRefusedInWords() async throws {
            try await inTerminal { project, tmux in
                // The last is no kind at all: one that is likely is tried, and that is said.
                let kinds = ["xterm-256color", "xterm", "screen", "linux", "vt100", "no-such-kind"]
                for kind in kinds {
                    try await tmux.enter("TERM=\(kind) \(project.shellCommand)")
                    let screen = try await tmux.wait(forText: "? help")
                    #expect(kind != "no-such-kind" || screen.contains(kind), "\(screen)")
                    try await tmux.press("q")
                    try await tmux.waitForPrompt()
                    try await tmux.enter("clear")
                }
                for (setting, word) in [("-u TERM", "TERM is not set"), ("TERM=dumb", "dumb")] {
                    try await tmux.enter("env \(setting) \(project.shellCommand); echo status $?")
                    let screen = try await tmux.wait(forText: "status 1")
                    #expect(screen.contains(word), "\(screen)")
                    try await tmux.enter("clear")
                }
                try await tmux.expectClean()
            }
        }

        @Test func withoutATerminalTheDashboardSaysWhatToUse() async throws {
            try await ProductProject.with(Self.sketch) { project in
                let result = try await Program.run(
                    Product.path,
                    project.options,
                    folder: project.folder
                )
                #expect(result.status == 1, "\(result.text)")
                #expect(result.errors.contains("terminal"), "\(result.text)")
                #expect(result.errors.contains("cutover run"), "\(result.text)")
                #expect(result.output == "", "\(result.text)")
                #expect(project.processes == [], "nothing was started for a screen that cannot be")
            }
        }

        @Test func asciiAndColourlessTerminalsAreServed() async throws {
            try await inTerminal { project, tmux in
                try await tmux.enter("LC_ALL=C NO_COLOR=1 \(project.shellCommand)")
                let screen = try await tmux.wait(forText: "? help")
                let isASCII = screen.utf8.allSatisfy { $0 < 0x80 }
                #expect(isASCII, "\(screen)")
                let styled = try await tmux.tmux("capture-pane", "-p", "-e")
                let colours = styled.matches(of: /\u{1B}\[[0-9;]*(?:3[0-8]|4[0-8]|9[0-7])[;m]/)
                #expect(colours.isEmpty, "\(colours.map(\.output))")
                try await tmux.press("q")
                try await tmux.waitForPrompt()
                try await tmux.expectClean()
            }
        }

        private func inTerminal(
            _ work: (ProductProject, Tmux) async throws -> Void
        ) async throws {
            try await ProductProject.with(Self.sketch) { project in
                try await Tmux.with(folder: project.folder) { tmux in
                    try await work(project, tmux)
                }
            }
        }
    }
}
