import CutoverCore
import CutoverScreen
import Foundation

/// The journal as lines for a shell: each entry once, oldest first.
struct JournalText {
    /// Only of this service; `nil`: of all.
    var service: ServiceName?
    private var last: Int64 = 0
    /// How many entries the first snapshot may give; all that come later are new.
    private var limit: Int

    init(of service: ServiceName? = nil, limit: Int) {
        self.service = service
        self.limit = limit
    }

    /// The lines of what a snapshot brings.
    mutating func lines(of snapshot: EngineSnapshot) -> [String] {
        let new = snapshot.events.filter { entry in
            entry.sequence > last && (service == nil || entry.service == service)
        }
        defer {
            last = max(last, snapshot.events.first?.sequence ?? 0)
            limit = Int.max
        }
        return new.prefix(limit).reversed().map(Self.line)
    }

    private static func line(_ entry: JournalEntry) -> String {
        let date = Date(timeIntervalSince1970: Double(entry.at.milliseconds) / 1000)
        let service = entry.service?.rawValue ?? "-"
        let text =
            "\(date.ISO8601Format()) \(entry.kind.rawValue) \(service) \(entry.text) "
            + "(\(entry.actor.name))"
        return Sanitizer.sanitize(text)
    }
}
