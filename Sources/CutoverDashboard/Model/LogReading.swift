import CutoverCore

/// The end of the log of the instance on screen, as far as it was read.
struct LogReading: Hashable, Sendable {
    let instance: InstanceID
    let service: ServiceName
    /// When it was asked for last.
    let askedAt: Timestamp
    /// The answer to that has not come yet.
    var isAwaited = true
    /// Oldest first; `nil` before the first answer.
    var lines: [String]?

    /// A log on screen is read again so often.
    static let interval = Duration.seconds(1)
    /// An answer that did not come for so long does not come any more.
    static let patience = Duration.seconds(5)
}

extension DashboardModel {
    /// The log of the instance: what was read of it, else the lines kept as evidence.
    ///
    /// `nil`: neither is there yet.
    var shownLog: [String]? {
        guard let instance else { return nil }
        let read = isReading(instance) ? reading?.lines : nil
        let kept = instance.evidence.log
        if let read, !read.isEmpty || kept.isEmpty { return read }
        return kept.isEmpty ? nil : kept
    }

    /// Asks for the log that is on screen, one answer at a time.
    mutating func readLog() -> [DashboardCommand] {
        guard showsLog, disconnection == nil, let service, let instance else { return [] }
        let isSame = isReading(instance)
        if let reading {
            let age = now - reading.askedAt
            if reading.isAwaited, age < LogReading.patience { return [] }
            if isSame, frozen != nil || age < LogReading.interval { return [] }
        }
        reading = LogReading(
            instance: instance.id,
            service: service.name,
            askedAt: now,
            lines: isSame ? reading?.lines : nil
        )
        return [.readLog(instance.id, of: service.name)]
    }

    mutating func take(log lines: [String], of instance: InstanceID, _ service: ServiceName) {
        guard reading?.instance == instance, reading?.service == service else { return }
        reading?.isAwaited = false
        reading?.lines = lines
    }

    private func isReading(_ instance: InstanceSnapshot) -> Bool {
        reading?.instance == instance.id && reading?.service == service?.name
    }

    private var showsLog: Bool {
        switch page {
        case .log, .instance: return true
        case .help, .events: return false
        case .overview:
            switch Layout(size) {
            case .beside, .panes: return true
            case .lines, .folded, .stacked: return false
            }
        }
    }
}
