import CutoverScreen
import Testing

struct RectTests {
    private let screen = Rect(Size(columns: 10, rows: 4))

    @Test func cutsShareAnEdgeAndCoverTheWhole() {
        let (top, below) = screen.cut(top: 1)
        #expect(top == Rect(row: 0, column: 0, columns: 10, rows: 1))
        #expect(below == Rect(row: 1, column: 0, columns: 10, rows: 3))
        let (bottom, above) = screen.cut(bottom: 1)
        #expect(bottom == Rect(row: 3, column: 0, columns: 10, rows: 1))
        #expect(above == Rect(row: 0, column: 0, columns: 10, rows: 3))
        let (left, beside) = screen.cut(left: 4)
        #expect(left == Rect(row: 0, column: 0, columns: 4, rows: 4))
        #expect(beside == Rect(row: 0, column: 4, columns: 6, rows: 4))
        let (right, before) = screen.cut(right: 4)
        #expect(right == Rect(row: 0, column: 6, columns: 4, rows: 4))
        #expect(before == Rect(row: 0, column: 0, columns: 6, rows: 4))
    }

    @Test func cutsOfTooMuchTakeWhatThereIs() {
        let (part, rest) = screen.cut(top: 99)
        #expect(part == screen)
        #expect(rest.isEmpty)
        #expect(screen.cut(right: -3).rest == screen)
        #expect(Size(columns: -1, rows: 5).columns == 0)
        #expect(screen.inset(rows: 9, columns: 9).isEmpty)
    }

    @Test func theCentreIsClippedToTheWhole() {
        #expect(
            screen.centered(columns: 4, rows: 2)
                == Rect(row: 1, column: 3, columns: 4, rows: 2)
        )
        #expect(screen.centered(columns: 40, rows: 20) == screen)
    }

    @Test func intersectionsAreEmptyWherePartsDoNotMeet() {
        let other = Rect(row: 2, column: 8, columns: 9, rows: 9)
        #expect(
            screen.intersection(other) == Rect(row: 2, column: 8, columns: 2, rows: 2)
        )
        let away = Rect(row: 9, column: 0, columns: 2, rows: 2)
        #expect(screen.intersection(away).isEmpty)
    }
}
