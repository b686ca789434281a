import CutoverCore
import Testing

@testable import cutover

/// The journal for a shell: every entry once, in order.
@Suite struct JournalTextTests {
    /// A snapshot with the entries of these numbers, odd ones of another service.
    private static func snapshot(_ numbers: ClosedRange<Int64>) -> EngineSnapshot {
        var snapshot = ServiceSketch().snapshot
        snapshot.events = numbers.reversed().map { number in
            JournalEntry(
                sequence: number,
                at: Timestamp(milliseconds: 0),
                service: number % 2 == 0 ? web : ServiceName(rawValue: "api"),
                rollout: nil,
                kind: .phase,
                text: "entry \(number)",
                actor: Actor(name: "engine")
            )
        }
        return snapshot
    }

    @Test func theLimitIsForWhatIsThereAtTheBeginAndLosesNothingAfterwards() {
        var journal = JournalText(limit: 1)
        let first = journal.lines(of: Self.snapshot(1...5))
        #expect(first == ["1970-01-01T00:00:00Z phase api entry 5 (engine)"])
        #expect(journal.lines(of: Self.snapshot(1...5)) == [])
        let later = journal.lines(of: Self.snapshot(3...9)).map { $0.suffix(16) }
        #expect(later == (6...9).map { "entry \($0) (engine)" })
    }

    @Test func onlyTheEntriesOfTheServiceCome() {
        var journal = JournalText(of: web, limit: 50)
        #expect(journal.lines(of: Self.snapshot(1...4)).count == 2)
        #expect(journal.lines(of: Self.snapshot(1...5)) == [])
        #expect(journal.lines(of: Self.snapshot(1...6)).count == 1)
    }
}
