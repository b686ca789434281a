import CutoverCore
import CutoverScreen

/// One instance in one row of the grid.
struct InstanceRow {
    let instance: InstanceSnapshot
    let now: Timestamp
    let glyphs: Glyphs

    /// The figures of a row, in the order on screen.
    private enum Column: CaseIterable {
        case address
        case rate
        case p50
        case p99
        case total
        case errors
        case inFlight
        case uptime
        case note

        /// The most telling first.
        static let byWorth: [Column] = [
            .rate, .p99, .total, .errors, .inFlight, .address, .uptime, .p50, .note,
        ]

        var width: Int {
            switch self {
            case .address: 6
            case .rate, .total, .uptime: 5
            case .p50, .p99: 6
            case .errors: 4
            case .inFlight: 4
            case .note: 10
            }
        }

        var title: String {
            switch self {
            case .address: "PORT"
            case .rate: "R/S"
            case .p50: "P50"
            case .p99: "P99"
            case .total: "TOTAL"
            case .errors: "ERR"
            case .inFlight: "INFL"
            case .uptime: "UP"
            case .note: "STATE"
            }
        }
    }

    /// The glyph with its margins.
    private static let margin = 3
    private static let nameWidth = 4

    /// The titles over the rows of these instances.
    static func titles(of instances: [InstanceSnapshot], width: Int) -> Line {
        let place = instances.map { InstancePlace(address: $0.address) }.first
        let (name, columns) = layout(width: width)
        var line = Line("   " + "INST".fitted(to: name), .muted)
        for (column, width) in columns {
            let alignment: Alignment = column == .note || column == .address ? .left : .right
            let title = column == .address ? place?.title ?? column.title : column.title
            line.add(" " + title.fitted(to: width, alignment), .muted)
        }
        return line
    }

    private static func layout(width: Int) -> (name: Int, columns: [(Column, Int)]) {
        var free = width - margin - nameWidth
        var chosen: Set<Column> = []
        for column in Column.byWorth where free >= column.width + 1 {
            chosen.insert(column)
            free -= column.width + 1
        }
        let extra = chosen.contains(.note) ? 0 : min(max(free, 0), 4)
        let columns = Column.allCases.filter(chosen.contains).map { column in
            (column, column == .note ? column.width + max(free, 0) : column.width)
        }
        return (nameWidth + extra, columns)
    }

    func line(width: Int) -> Line {
        let (name, columns) = Self.layout(width: width)
        let state = instance.state
        var line = Line(" " + state.glyph(glyphs) + " ", state.role)
        line.add(instance.name.safeName.fitted(to: name, ellipsis: glyphs.ellipsis))
        // An instance without traffic says what it is doing in the place of its figures.
        let isSilent = !state.isUp
        for (column, width) in columns {
            if isSilent, column != .address { continue }
            line.add(" ")
            line.add(cell(column, width: width))
        }
        if isSilent {
            let room = max(width - line.width - 1, 0)
            let words = [state.word, note].filter { !$0.isEmpty }.joined(separator: ": ")
            line.add(" " + words.truncated(to: room, ellipsis: glyphs.ellipsis), state.role)
        }
        return line
    }

    private func cell(_ column: Column, width: Int) -> Line {
        let traffic = instance.traffic
        switch column {
        case .address: return Line(place.short.fitted(to: width, ellipsis: glyphs.ellipsis), .muted)
        case .rate: return Line(Figures.rate(traffic.rate).fitted(to: width, .right))
        case .p50:
            return Line(Figures.latency(traffic.p50).fitted(to: width, .right), role(of: column))
        case .p99:
            return Line(Figures.latency(traffic.p99).fitted(to: width, .right), role(of: column))
        case .total: return Line(Figures.count(traffic.total).fitted(to: width, .right))
        case .errors:
            let text = Figures.count(traffic.errors).fitted(to: width, .right)
            return Line(text, role(of: column))
        case .inFlight: return Line("\(traffic.inFlight)".fitted(to: width, .right))
        case .uptime: return Line(uptime.fitted(to: width, .right), .muted)
        case .note:
            let words = [instance.state.word, note].filter { !$0.isEmpty }
                .joined(separator: ": ")
            return Line(words.fitted(to: width, ellipsis: glyphs.ellipsis), instance.state.role)
        }
    }

    /// Stands out in the column of a limit that is broken, and in no other.
    private func role(of column: Column) -> Role {
        let isBroken = instance.exceeded.contains { metric in
            switch metric {
            case .errorRate, .consecutiveFailures: column == .errors
            case .latency(let quantile): column == (quantile > 0.5 ? .p99 : .p50)
            }
        }
        return isBroken ? .degraded : .text
    }

    /// What the engine says of the state, else why the last probe failed.
    private var note: String {
        if !instance.note.isEmpty { return instance.note.safe }
        guard instance.state == .unhealthy else { return "" }
        return instance.evidence.lastExit?.safe ?? instance.evidence.probes.first?.error?.safe ?? ""
    }

    private var place: InstancePlace { InstancePlace(address: instance.address.safeName) }

    private var uptime: String {
        guard let startedAt = instance.startedAt else { return "-" }
        let seconds = (now - startedAt).wholeMilliseconds / 1000
        if seconds < 60 { return "\(max(seconds, 0))s" }
        if seconds < 3600 { return "\(seconds / 60)m" }
        return seconds < 86_400 ? "\(seconds / 3600)h" : "\(seconds / 86_400)d"
    }
}
