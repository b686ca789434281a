import CutoverScreen

/// A column of the service table, in the order on screen.
enum TableColumn: CaseIterable {
    case name
    case kind
    case version
    case phase
    case bar
    case split
    case instances
    case rate
    case errors
    case p50
    case p99
    case inFlight
    case history
    case lastEvent

    /// The most telling first: each is taken if its least width still fits.
    private static let byWorth: [TableColumn] = [
        .name, .phase, .split, .rate, .errors, .p99, .bar, .kind, .history, .version, .inFlight,
        .lastEvent, .instances, .p50,
    ]

    /// The widths between which a column is of use.
    private var widths: ClosedRange<Int> {
        switch self {
        case .name: 8...22
        case .kind: 4...4
        case .version: 12...18
        case .phase: 15...15
        case .bar: 10...24
        case .split: 6...6
        case .instances: 14...22
        case .rate: 5...5
        case .errors: 5...5
        case .p50: 6...6
        case .p99: 6...6
        case .inFlight: 4...4
        case .history: 7...24
        case .lastEvent: 20...60
        }
    }

    /// The columns that fit, with their widths; one space stands before each.
    static func chosen(for columns: Int) -> [(column: TableColumn, width: Int)] {
        var free = columns
        // Where figures compete with the name, a name that cannot be read is worth none of them.
        let leastName = columns >= 60 ? 13 : 8
        var widths: [TableColumn: Int] = [:]
        for column in byWorth {
            let least = column == .name ? leastName : column.widths.lowerBound
            guard free >= least + 1 else { continue }
            widths[column] = least
            free -= least + 1
        }
        for column in [TableColumn.name, .bar, .history, .instances, .version, .lastEvent] {
            guard let width = widths[column] else { continue }
            let more = min(free, column.widths.upperBound - width)
            // A name needs its room first; the others share what it leaves.
            let given = column == .name ? min(more, max(6, free / 3)) : more
            widths[column] = width + given
            free -= given
        }
        return allCases.compactMap { column in widths[column].map { (column, $0) } }
    }

    var alignment: Alignment {
        switch self {
        case .rate, .errors, .p50, .p99, .inFlight, .split: .right
        case .name, .kind, .version, .phase, .bar, .instances, .history, .lastEvent: .left
        }
    }

    func title(width: Int, glyphs: Glyphs) -> String {
        switch self {
        case .name: "SERVICE"
        case .kind: "KIND"
        case .version: "RELEASE"
        case .phase: "PHASE"
        case .bar: "BLUE" + glyphs.eighthsAcross[0] + "GREEN"
        case .split: "B/G"
        case .instances: "INSTANCES"
        case .rate: "R/S"
        case .errors: "ERR%"
        case .p50: "P50"
        case .p99: "P99"
        case .inFlight: "INFL"
        case .history: width < 12 ? "\(width)s r/s" : "R/S, LAST \(width)s"
        case .lastEvent: "LAST EVENT"
        }
    }
}
