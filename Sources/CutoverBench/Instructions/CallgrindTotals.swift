/// What callgrind writes about a program at its end.
///
/// The format is that of <https://valgrind.org/docs/manual/cl-format.html>: `events:` names the
/// columns, and `totals:` has the sums over the whole file.
struct CallgrindTotals: Equatable {
    /// Instructions that were executed in user space.
    let instructions: UInt64

    /// Reads a whole file; `nil` when it is none, or was cut off before its totals.
    init?(_ text: String) {
        var events: [Substring] = []
        var totals: [Substring]?
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            switch words.first {
            case "events:": events = Array(words.dropFirst())
            case "totals:": totals = Array(words.dropFirst())
            default: continue
            }
        }
        guard let column = events.firstIndex(of: "Ir"), let totals, column < totals.count,
            let instructions = UInt64(totals[column])
        else { return nil }
        self.instructions = instructions
    }
}
