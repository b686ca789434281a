import CutoverCore

extension DashboardModel {
    /// Keeps the cursor on its service, or on the first where that is gone or hidden.
    ///
    /// Where nothing is to be seen, no verb acts, and the cursor stays for when there is.
    mutating func keepSelection() {
        let visible = visibleServices
        guard let first = visible.first,
            !visible.contains(where: { $0.name == selectedService })
        else { return }
        selectedService = first.name
        selectedInstance = nil
    }

    /// Moves the cursor of the pane or page that has the keys.
    mutating func move(by distance: Int) {
        switch page {
        case .overview:
            switch focus {
            case .services: moveService(by: distance)
            case .instances: moveInstance(by: distance)
            case .events:
                page = .events(.service, scroll: 0)
                move(by: distance)
            }
        case .help(let scroll):
            page = .help(scroll: scrolled(from: scroll, by: distance))
        case .events(let scope, let scroll):
            page = .events(scope, scroll: scrolled(from: scroll, by: distance))
        case .instance(let scroll):
            page = .instance(scroll: scrolled(from: scroll, by: distance))
        case .log(let scroll):
            // Up is into the past, whose lines are counted from the newest.
            let last = max((shownLog ?? []).count - 1, 0)
            page = .log(scroll: min(max(clampedSum(scroll, -distance), 0), last))
        }
    }

    private func scrolled(from scroll: Int, by distance: Int) -> Int {
        let last = lastScroll
        return min(max(clampedSum(min(scroll, last), distance), 0), last)
    }

    private mutating func moveService(by distance: Int) {
        let visible = visibleServices
        guard !visible.isEmpty else { return }
        let current = visible.firstIndex { $0.name == selectedService } ?? 0
        let next = min(max(clampedSum(current, distance), 0), visible.count - 1)
        guard visible[next].name != selectedService else { return }
        selectedService = visible[next].name
        selectedInstance = nil
    }

    private mutating func moveInstance(by distance: Int) {
        let instances = instances
        guard let current = instances.firstIndex(where: { $0.id == instance?.id }) else { return }
        let next = min(max(clampedSum(current, distance), 0), instances.count - 1)
        selectedInstance = instances[next].id
    }

    /// "To the end" is a distance that no list has.
    private func clampedSum(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? (right < 0 ? Int.min : Int.max) : sum
    }

    func events(_ scope: EventScope) -> [JournalEntry] {
        guard let events = displayed?.events else { return [] }
        switch scope {
        case .all: return events
        case .service: return events.filter { $0.service == nil || $0.service == service?.name }
        }
    }
}
