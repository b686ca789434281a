import CutoverScreen
import Testing

struct BufferTests {
    @Test func textIsClippedAtTheRightEdgeAndNeverWraps() {
        var buffer = Buffer(Size(columns: 5, rows: 2))
        let used = buffer.put("abcdefgh", row: 0, column: 2)
        #expect(used == 3)
        #expect(buffer.text == "  abc\n\n")
    }

    @Test func textIsClippedAtItsOwnWidth() {
        var buffer = Buffer(Size(columns: 8, rows: 1))
        #expect(buffer.put("abcdef", row: 0, column: 1, maxWidth: 3) == 3)
        #expect(buffer.put("xyz", row: 0, column: 0, maxWidth: 0) == 0)
        #expect(buffer.text == " abc\n")
    }

    @Test func drawingOutsideDoesNothing() {
        var buffer = Buffer(Size(columns: 3, rows: 2))
        let blank = buffer
        buffer.put("abc", row: -1, column: 0)
        buffer.put("abc", row: 2, column: 0)
        buffer.put("abc", row: 0, column: 3)
        buffer.put("abc", row: 0, column: -9)
        buffer.put("abc", row: 0, column: .max)
        buffer[row: 5, column: 5] = Cell("x")
        #expect(buffer == blank)
        #expect(buffer[row: -1, column: 7] == .blank)
    }

    @Test func textFromLeftOfTheScreenShowsItsEnd() {
        var buffer = Buffer(Size(columns: 4, rows: 1))
        buffer.put("abcd", row: 0, column: -2)
        #expect(buffer.text == "cd\n")
        buffer.put("漢字", row: 0, column: -1)
        #expect(buffer.text == " 字\n")
    }

    @Test func wideGlyphsTakeTwoCellsAndAreNotSplitAtTheEdge() {
        var buffer = Buffer(Size(columns: 5, rows: 1))
        #expect(buffer.put("漢字漢", row: 0, column: 0) == 4)
        #expect(buffer[row: 0, column: 0].columns == 2)
        #expect(buffer[row: 0, column: 1].columns == 0)
        #expect(buffer[row: 0, column: 4] == .blank)
        var narrow = Buffer(Size(columns: 4, rows: 1))
        #expect(narrow.put("a漢", row: 0, column: 0, maxWidth: 2) == 1)
    }

    @Test func writingOverHalfOfAWideGlyphLeavesASpace() {
        var right = Buffer(Size(columns: 4, rows: 1))
        right.put("漢字", row: 0, column: 0)
        right.put("x", row: 0, column: 1)
        #expect(right.text == " x字\n")
        var left = Buffer(Size(columns: 4, rows: 1))
        left.put("漢字", row: 0, column: 0)
        left.put("x", row: 0, column: 2)
        #expect(left.text == "漢x\n")
        var across = Buffer(Size(columns: 4, rows: 1))
        across.put("漢字", row: 0, column: 0)
        across.put("漢", row: 0, column: 1)
        #expect(across.text == " 漢\n")
    }

    /// Draws at random and checks after each step that every row still fills exactly its columns.
    @Test func everyRowAlwaysFillsItsColumns() {
        var random = SplitMix(seed: 11)
        let texts = ["漢字", "a", "e\u{301}x", "👍", "\u{1B}[2J", "●▲", "", "\u{301}"]
        for _ in 0..<300 {
            let size = Size(columns: random.below(7), rows: random.below(3))
            var buffer = Buffer(size)
            for _ in 0..<12 {
                buffer.put(
                    texts[random.below(texts.count)],
                    row: random.below(4) - 1,
                    column: random.below(9) - 2,
                    maxWidth: random.below(8)
                )
                for row in 0..<size.rows {
                    #expect(isWhole(buffer, row: row))
                }
            }
        }
    }

    private func isWhole(_ buffer: Buffer, row: Int) -> Bool {
        var column = 0
        while column < buffer.columns {
            let width = Int(buffer[row: row, column: column].columns)
            guard width > 0 else { return false }
            if width == 2, buffer[row: row, column: column + 1].columns != 0 { return false }
            column += width
        }
        return column == buffer.columns
    }

    @Test func aMarkStaysOnItsGlyphAndTakesNoColumn() {
        var buffer = Buffer(Size(columns: 4, rows: 1))
        #expect(buffer.put("e\u{301}\u{302}o", row: 0, column: 0) == 2)
        #expect(buffer[row: 0, column: 0].mark == "\u{301}")
        #expect(buffer.put("\u{301}", row: 0, column: 3) == 0)
        #expect(buffer.put("漢\u{301}", row: 0, column: 2) == 2)
        #expect(buffer[row: 0, column: 2].mark == "\u{301}")
    }

    @Test func whatMayNotReachATerminalIsReplacedEvenUnsanitized() {
        var buffer = Buffer(Size(columns: 12, rows: 1))
        buffer.put("\u{1B}[2J\u{9B}\u{202E}\u{200B}\u{7F}\n\t", row: 0, column: 0)
        #expect(buffer.text == "�[2J������\n")
    }

    @Test func fillAndRestyleStayInside() {
        var buffer = Buffer(Size(columns: 4, rows: 2))
        buffer.fill(
            Rect(row: 0, column: 2, columns: 9, rows: 9),
            with: "█",
            role: .blueFill
        )
        buffer.underlay(Rect(row: 1, column: -3, columns: 5, rows: 4), role: .selected)
        #expect(
            buffer.description == """
                T|  ██|
                T|  ██|
                S|..BB|
                S|..BB|
                G|....|
                G|SS..|

                """
        )
    }

    @Test func anUnderlayKeepsGlyphsAndRolesAndLeavesBarsAlone() {
        var buffer = Buffer(Size(columns: 4, rows: 1))
        buffer.put("ab", row: 0, column: 0, role: .degraded)
        buffer.put("▒", row: 0, column: 2, role: .greenFill)
        buffer.underlay(buffer.bounds, role: .selected)
        #expect(
            buffer.description == """
                T|ab▒ |
                S|ddG.|
                G|SS.S|

                """
        )
    }

    @Test func theGoldenFormHasOneColumnForEachCell() {
        var buffer = Buffer(Size(columns: 8, rows: 1))
        buffer.put("漢 ok", row: 0, column: 1, role: .healthy)
        #expect(
            buffer.description == """
                T| 漢 ok  |
                S|.hhhhh..|

                """
        )
    }

    @Test func aBoxFramesItsTitle() {
        var buffer = Buffer(Size(columns: 12, rows: 3))
        buffer.box(buffer.bounds, glyphs: .unicode, title: "a long title")
        #expect(
            buffer.description == """
                T|┌─ a lon… ─┐|
                T|│          │|
                T|└──────────┘|
                S|llttttttttll|
                S|l..........l|
                S|llllllllllll|

                """
        )
        var tiny = Buffer(Size(columns: 1, rows: 1))
        tiny.box(tiny.bounds, glyphs: .ascii, title: "x")
        #expect(tiny == Buffer(Size(columns: 1, rows: 1)))
    }

    @Test func rolesHaveNamesAndLettersOfTheirOwn() {
        #expect(Role.allCases.count == 43)
        #expect(Set(Role.allCases.map(\.letter)).count == Role.allCases.count)
        #expect(Set(Role.allCases.map(\.name)).count == Role.allCases.count)
        for role in Role.allCases {
            #expect(Role(name: role.name) == role)
            #expect(role.letter.isLetter && role.letter.isASCII)
        }
    }
}
