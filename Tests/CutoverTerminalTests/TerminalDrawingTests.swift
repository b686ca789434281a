import CTerminal
import CutoverScreen
import Testing

@testable import CutoverTerminal

/// Draws on screens that nobody sees and reads back what curses would show.
///
/// Serialized, since curses has one screen for each process.
@Suite(.serialized)
struct TerminalDrawingTests {
    private let size = Size(columns: 40, rows: 12)

    /// A frame with everything that can go wrong: edges, wide glyphs, marks, all roles.
    private func frame(_ size: Size, seed: Int = 0) -> Buffer {
        var buffer = Buffer(size)
        let texts = ["● up ▲✗▽", "漢字漢字", "e\u{301}a", "██▒▒····", "│─┌┐└┘", "plain"]
        for (index, role) in Role.allCases.enumerated() {
            buffer.put(
                texts[(index + seed) % texts.count],
                row: (index + seed) % max(size.rows, 1),
                column: (index * 7 + seed) % max(size.columns, 1),
                role: role,
                emphasis: index % 9 == 0 ? [.bold, .underline] : []
            )
        }
        buffer.put("漢", row: 0, column: size.columns - 1)
        buffer[row: size.rows - 1, column: size.columns - 1] = Cell("#", role: .blueFill)
        return buffer
    }

    /// Compares every cell of the screen with the frame, glyph, colours and attributes.
    private func expectShown(_ frame: Buffer, on terminal: Terminal, theme: Theme) throws {
        let styles = Role.allCases.map { theme.style(of: $0, depth: terminal.depth) }
        var wrong: [String] = []
        for row in 0..<frame.rows {
            for column in 0..<frame.columns {
                let cell = frame[row: row, column: column]
                let shown = try #require(terminal.shownCell(row: row, column: column))
                if facts(shown) != facts(cell, style: styles[Int(cell.role.rawValue)]) {
                    wrong.append("row \(row), column \(column)")
                }
            }
        }
        #expect(wrong.isEmpty)
    }

    private func facts(_ shown: ct_shown_cell) -> [Int] {
        [
            Int(shown.cell.glyph), Int(shown.cell.mark), Int(shown.cell.columns),
            Int(shown.cell.attributes), Int(shown.foreground), Int(shown.background),
        ]
    }

    private func facts(_ cell: Cell, style: Style) -> [Int] {
        [
            Int(cell.scalar.value), Int(cell.mark?.value ?? 0), Int(cell.columns),
            Int(style.attributes.union(cell.emphasis).rawValue),
            number(style.foreground), number(style.background),
        ]
    }

    private func number(_ color: Color) -> Int {
        guard case .indexed(let number) = color else { return -1 }
        return Int(number)
    }

    @Test(arguments: [
        ("xterm-256color", ColorDepth.colors256), ("tmux-256color", .colors256),
        ("screen-256color", .colors256), ("xterm", .colors8), ("linux", .colors8),
        ("vt100", .mono), ("xterm-256color", .mono),
    ])
    func everyCellIsShownAsDrawn(term: String, depth: ColorDepth) throws {
        let theme = try TestTheme.colorful
        try withHeadlessTerminal(term, size: size, maximumDepth: depth) { terminal in
            #expect(terminal.size == size)
            #expect(terminal.depth == depth)
            for seed in 0..<4 {
                let frame = frame(size, seed: seed)
                terminal.draw(frame)
                try expectShown(frame, on: terminal, theme: theme)
            }
        }
    }

    @Test(arguments: [
        Size(columns: 1, rows: 1), Size(columns: 2, rows: 1), Size(columns: 500, rows: 3),
    ])
    func anySizeCanBeDrawn(size: Size) throws {
        let theme = try TestTheme.colorful
        try withHeadlessTerminal("xterm-256color", size: size) { terminal in
            let frame = frame(size)
            terminal.draw(frame)
            try expectShown(frame, on: terminal, theme: theme)
        }
    }

    @Test func aFrameOfAnotherSizeLeavesNothingOfTheOneBefore() throws {
        try withHeadlessTerminal("xterm-256color", size: size) { terminal in
            terminal.draw(frame(size))
            terminal.draw(frame(Size(columns: 80, rows: 30)))
            var small = Buffer(Size(columns: 3, rows: 1))
            small.put("abc", row: 0, column: 0)
            terminal.draw(small)
            let row = (0..<size.columns).compactMap { terminal.shownCell(row: 0, column: $0) }
            #expect(row.map(\.cell.glyph).starts(with: "abc ".unicodeScalars.map(\.value)))
            let below = (1..<size.rows).flatMap { row in
                (0..<size.columns).compactMap { terminal.shownCell(row: row, column: $0) }
            }
            #expect(below.allSatisfy { $0.cell.glyph == 0x20 })
        }
    }

    @Test func anotherThemeRepaintsWhatIsShown() throws {
        let source = ThemeSource(
            file: "plain",
            text: "name = plain\n"
                + Role.allCases.map { "\($0.name) = red on blue\n" }.joined()
        )
        let plain = try ThemeCatalog(sources: [source]).theme(named: "plain")
        try withHeadlessTerminal("xterm-256color", size: size) { terminal in
            let frame = frame(size)
            terminal.draw(frame)
            terminal.use(plain)
            terminal.draw(frame)
            try expectShown(frame, on: terminal, theme: plain)
        }
    }

    /// Without UTF-8 the C library cannot place such glyphs; rows must still not shift.
    @Test func withoutUTF8GlyphsBecomeQuestionMarksAndRowsKeepTheirWidth() throws {
        try withHeadlessTerminal("xterm-256color", size: size, locale: "C") { terminal in
            #expect(!Terminal.isUnicodeLocale)
            var frame = Buffer(size)
            frame.put("●漢x", row: 0, column: 0)
            terminal.draw(frame)
            let glyphs = (0..<5).compactMap { terminal.shownCell(row: 0, column: $0)?.cell.glyph }
            #expect(glyphs == "?? x ".unicodeScalars.map(\.value).dropLast() + [0x20])
        }
    }

    /// Whatever our tables say, no scalar may shift the cells after it.
    @Test func everyScalarTakesTheColumnsThatWereMeant() throws {
        let row = Size(columns: 200, rows: 1)
        try withHeadlessTerminal("xterm-256color", size: row) { terminal in
            var scalars: [Unicode.Scalar] = []
            for value in UInt32(0x20)...0x2FFFF {
                guard let scalar = Unicode.Scalar(value), scalar.isDisplayable else { continue }
                scalars.append(scalar)
            }
            var wrong: [Unicode.Scalar] = []
            var next = 0
            while next < scalars.count {
                var frame = Buffer(row)
                var column = 0
                let first = next
                while next < scalars.count, column < 190 {
                    // The bar after each shows whether it stands where it was put.
                    column += frame.put(String(scalars[next]) + "|", row: 0, column: column)
                    next += 1
                }
                terminal.draw(frame)
                for column in 0..<200 {
                    let isBar = terminal.shownCell(row: 0, column: column)?.cell.glyph == 0x7C
                    let wasBar = frame[row: 0, column: column].scalar == "|"
                    if isBar != wasBar {
                        wrong += scalars[first..<next]
                        break
                    }
                }
            }
            #expect(wrong.isEmpty)
        }
    }

    /// A pair is more than the 8 bits that half of curses keeps of it.
    @Test(arguments: [1, 255, 256, 300, 5_000])
    func pairsBeyondAByteKeepTheirColors(pair: Int32) throws {
        try withHeadlessTerminal("xterm-256color", size: size) { terminal in
            ct_set_pair(pair, 5, 200)
            let cell = ct_cell(glyph: 0x25CF, mark: 0, pair: pair, attributes: 0, columns: 1)
            ct_put_row(2, [cell], 1)
            ct_flush()
            let shown = try #require(terminal.shownCell(row: 2, column: 0))
            #expect(facts(shown) == [0x25CF, 0, 1, 0, 5, 200])
        }
    }

    @Test func directColorsAreTheirOwnNumbers() throws {
        let theme = try TestTheme.colorful
        let direct = Palette(
            theme: theme,
            depth: .colors256,
            pairLimit: 1_000,
            hasDirectColors: true
        )
        let indexed = Palette(theme: theme, depth: .colors256, pairLimit: 1_000)
        #expect(direct.pairs.count == indexed.pairs.count)
        for (direct, indexed) in zip(direct.pairs, indexed.pairs) {
            let rgb = try #require(Color.indexed(UInt8(indexed.foreground)).appearance)
            #expect(direct.foreground >> 16 == Int32(rgb.red))
            #expect(direct.foreground & 0xFF == Int32(rgb.blue))
        }
    }

    @Test func fewPairsAreSharedAndTheRestIsPlain() throws {
        let palette = Palette(theme: try TestTheme.colorful, depth: .colors256, pairLimit: 8)
        #expect(palette.pairs.count == 7)
        let looks = Role.allCases.map { palette.look(of: Cell("x", role: $0)).pair }
        #expect(looks.allSatisfy { (0..<8).contains($0) })
        let mono = Palette(theme: try TestTheme.colorful, depth: .mono, pairLimit: 0)
        #expect(mono.pairs.isEmpty)
    }
}
