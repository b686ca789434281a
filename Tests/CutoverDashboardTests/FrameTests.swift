import CutoverScreen
import Foundation
import Testing

@testable import CutoverDashboard

@Suite struct FrameTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Frames")
    private static let rewrites = ProcessInfo.processInfo.environment["CUTOVER_UPDATE"] == "1"

    @Test func framesAreAsTheirGoldenFiles() throws {
        for subject in FrameCatalog.subjects {
            for size in FrameCatalog.sizes {
                let frame = FrameCatalog.console(subject, size).frame.description
                let file = Self.folder.appending(path: FrameCatalog.fileName(subject, size))
                if Self.rewrites {
                    try frame.write(to: file, atomically: true, encoding: .utf8)
                }
                let golden = try String(contentsOf: file, encoding: .utf8)
                #expect(frame == golden, "\(file.lastPathComponent); CUTOVER_UPDATE=1 rewrites")
            }
        }
    }

    @Test func everyGoldenFileBelongsToAFrame() throws {
        let wanted = FrameCatalog.subjects.flatMap { subject in
            FrameCatalog.sizes.map { FrameCatalog.fileName(subject, $0) }
        }
        let found = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(Set(found) == Set(wanted))
    }

    @Test func everyRowFillsItsColumnsExactly() {
        for subject in FrameCatalog.subjects {
            for size in FrameCatalog.sizes {
                let frame = FrameCatalog.console(subject, size).frame
                for row in 0..<frame.rows {
                    let cells = frame.cells[row * frame.columns..<(row + 1) * frame.columns]
                    let width = cells.reduce(0) { $0 + Int($1.columns) }
                    #expect(width == frame.columns, "\(subject.name) \(size) row \(row)")
                }
            }
        }
    }

    @Test func noSignOfOursCanBecomeAnEmoji() {
        for subject in FrameCatalog.subjects where subject.name != "hostile" {
            for size in FrameCatalog.sizes {
                for cell in FrameCatalog.console(subject, size).frame.cells {
                    let isEmoji = cell.scalar.properties.isEmoji && !cell.scalar.isASCII
                    #expect(!isEmoji, "\(subject.name) \(cell.scalar)")
                }
            }
        }
    }

    @Test func asciiFramesHaveAsciiOnly() {
        for subject in FrameCatalog.subjects where subject.glyphs == .ascii {
            for size in FrameCatalog.sizes {
                let cells = FrameCatalog.console(subject, size).frame.cells
                let others = cells.filter { !$0.scalar.isASCII }
                #expect(others.isEmpty, "\(subject.name) \(size) \(others.map(\.scalar))")
            }
        }
    }

    /// The buffer replaces what may not reach a terminal, so a replacement is a text that nobody
    /// made safe before.
    @Test func everythingFromOutsideIsMadeSafeBeforeItIsDrawn() {
        let sequences: [[Key]] = [
            [], ["?"], ["e"], ["E"], ["i"], ["l"], ["p"], ["r"], ["d"], ["d", .enter], ["q"], ["/"],
            ["q", "r"], [.enter], ["y"], [" "], ["c"], ["t"],
        ]
        for keys in sequences {
            for step in 0..<3 {
                for size in FrameCatalog.sizes {
                    var console = Console(Scenario.hostile, size: size)
                    for _ in 0..<step { console.press("j") }
                    for key in keys { console.press(key) }
                    let replaced = console.frame.cells.contains { $0.scalar == Cell.replacement }
                    #expect(!replaced, "\(keys) \(size)")
                }
            }
        }
    }

    /// Without a role every state of an instance and of a step still has a sign of its own.
    @Test(arguments: [Glyphs.unicode, .ascii])
    func statesDifferWithoutColour(glyphs: Glyphs) {
        let states = [
            glyphs.starting, glyphs.warming, glyphs.healthy, glyphs.degraded, glyphs.unhealthy,
            glyphs.draining, glyphs.stopped,
        ]
        #expect(Set(states).count == states.count)
        let steps = [
            glyphs.stepDone, glyphs.stepNow, glyphs.stepHeld, glyphs.stepTodo, glyphs.stepFailed,
        ]
        #expect(Set(steps).count == steps.count)
        #expect(glyphs.blueFill != glyphs.greenFill)
    }

    /// Two frames of different states must differ in their glyphs alone.
    @Test func framesOfDifferentStatesDifferInTheirText() {
        let names = [
            "steady", "starting", "gate", "anomaly", "paused", "warm", "draining", "rolled-back",
            "stale", "frozen",
        ]
        for size in FrameCatalog.sizes where size.columns >= 40 {
            let subjects = FrameCatalog.subjects.filter { names.contains($0.name) }
            let texts = subjects.map { FrameCatalog.console($0, size).frame.text }
            #expect(Set(texts).count == names.count, "\(size)")
        }
    }

    @Test func everySizeCanBeDrawn() {
        for columns in [0, 1, 2, 3, 19, 30, 39, 59, 79, 100, 160] {
            for rows in [0, 1, 2, 3, 4, 9, 15, 23, 45] {
                for subject in FrameCatalog.subjects where columns * rows < 2_500 {
                    let size = Size(columns: columns, rows: rows)
                    #expect(FrameCatalog.console(subject, size).frame.size == size)
                }
            }
        }
    }
}
