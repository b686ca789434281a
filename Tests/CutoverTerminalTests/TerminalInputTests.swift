import CutoverScreen
import Testing

@testable import CutoverTerminal

extension TerminalDrawingTests {
    /// Types on a pseudo-terminal and reads the keys; within the serialized suite, which has the
    /// one screen.
    struct Typing {
        /// Longer than anything here takes, and never waited for unless something is broken.
        private let patience = Duration.seconds(10)

        private func withTyping(_ body: (PseudoTerminal, Terminal) throws -> Void) throws {
            let pseudo = try PseudoTerminal()
            try withHeadlessTerminal(
                "xterm-256color",
                size: Size(columns: 20, rows: 4),
                descriptor: pseudo.program
            ) { try body(pseudo, $0) }
        }

        private func keys(_ count: Int, from terminal: Terminal) -> [TerminalInput?] {
            (0..<count).map { _ in terminal.nextInput(within: patience) }
        }

        @Test(
            arguments: [
                ("p", [.character("p")]), ("é漢", [.character("é"), .character("漢")]),
                ("\u{1B}[A\u{1B}OB", [.up, .down]), ("\u{1B}[15~", [.function(5)]),
                ("\u{1B}[200~y\u{1B}[201~", [.pasteBegin, .character("y"), .pasteEnd]),
                ("\u{1B}p", [.alt("p")]), ("\u{1B}", [.escape]), ("\u{1B}[Z", [.backTab]),
                ("\u{1B}[1~\u{1B}[4~", [.home, .end]), ("\u{7F}\r\t", [.backspace, .enter, .tab]),
                ("\u{1B}[?1;2cj", [.unknown, .character("j")]), ("\u{04}", [.control("d")]),
                ("\u{1B}]11;rgb:cc/dd/pp\u{7}j", [.unknown, .character("j")]),
            ] as [(String, [Key])]
        )
        func whatIsTypedArrivesAsKeys(text: String, expected: [Key]) throws {
            try withTyping { pseudo, terminal in
                pseudo.type(text)
                #expect(keys(expected.count, from: terminal) == expected.map { .key($0) })
                #expect(terminal.nextInput(within: .zero) == nil)
            }
        }

        @Test func aCharacterThatArrivesInPiecesIsOneKey() throws {
            try withTyping { pseudo, terminal in
                pseudo.type([0xE6])
                #expect(terminal.nextInput(within: .zero) == nil)
                pseudo.type([0xBC, 0xA2])
                #expect(terminal.nextInput(within: patience) == .key(.character("漢")))
            }
        }

        @Test func aFloodOfKeysLosesNone() throws {
            try withTyping { pseudo, terminal in
                pseudo.type(String(repeating: "jk", count: 1_000))
                let expected = (0..<2_000).map { Key.character($0 % 2 == 0 ? "j" : "k") }
                #expect(keys(2_000, from: terminal) == expected.map { .key($0) })
            }
        }

        @Test func discardedKeysNeverArrive() throws {
            try withTyping { pseudo, terminal in
                pseudo.type("yyy")
                #expect(terminal.nextInput(within: patience) == .key(.character("y")))
                terminal.discardInput()
                #expect(terminal.nextInput(within: .zero) == nil)
            }
        }

        @Test func severalWakesCountOnceAndDrawingKeepsThem() throws {
            try withTyping { _, terminal in
                terminal.waker.wake()
                terminal.waker.wake()
                terminal.draw(Buffer(terminal.size))
                #expect(terminal.nextInput(within: patience) == .wake)
                #expect(terminal.nextInput(within: .zero) == nil)
            }
        }

        @Test func aTerminalThatIsGoneIsToldOnceAndWakesStillArrive() throws {
            try withTyping { pseudo, terminal in
                pseudo.hangUp()
                #expect(terminal.nextInput(within: patience) == .hangup)
                #expect(terminal.nextInput(within: .zero) == nil)
                terminal.waker.wake()
                #expect(terminal.nextInput(within: patience) == .wake)
            }
        }
    }
}
