import CutoverScreen
import Glibc
import Testing

@testable import CutoverTerminal

extension TerminalDrawingTests {
    /// Within the serialized suite, since these open screens too.
    struct Opening {
        @Test func anUnknownTerminalIsDrawnAsALikelyOneAndSaysSo() throws {
            try withHeadlessTerminal("xterm-bogus", size: Size(columns: 9, rows: 2)) { terminal in
                #expect(
                    terminal.notice
                        == "The terminal xterm-bogus is not described here; "
                        + "drawn as xterm-256color."
                )
                #expect(terminal.depth == .colors256)
            }
            try withHeadlessTerminal("xterm", size: Size(columns: 9, rows: 2)) { terminal in
                #expect(terminal.notice == nil)
            }
        }

        @Test func aTerminalWithoutACursorIsRefused() {
            let error = #expect(throws: TerminalError.self) {
                try withHeadlessTerminal("dumb", size: Size(columns: 9, rows: 2)) { _ in }
            }
            #expect(error == .cannotPlaceCursor(term: "dumb"))
            #expect(error?.description.contains("`dumb` (TERM) cannot place its cursor") == true)
        }

        @Test func withoutTERMTheFixIsNamed() {
            let error = #expect(throws: TerminalError.self) {
                try withHeadlessTerminal("", size: Size(columns: 9, rows: 2)) { _ in }
            }
            #expect(error == .termIsNotSet)
            #expect(error?.description.contains("TERM=xterm-256color") == true)
        }

        @Test func whatIsNoTerminalIsRefused() {
            var options = Terminal.Options()
            options.term = "xterm"
            options.input = open("/dev/null", O_RDWR | O_CLOEXEC)
            options.output = options.input
            defer { close(options.input) }
            let error = #expect(throws: TerminalError.self) {
                _ = try Terminal(options, theme: TestTheme.colorful)
            }
            #expect(error == .inputIsNotATerminal)
        }

        @Test func closingTwiceAndOpeningAgainWorks() throws {
            for _ in 0..<3 {
                try withHeadlessTerminal("xterm", size: Size(columns: 9, rows: 2)) { terminal in
                    terminal.draw(Buffer(terminal.size))
                    terminal.close()
                    terminal.close()
                }
            }
        }
    }
}
