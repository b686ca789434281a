import CutoverCore
import CutoverScreen

/// The heading of a side: its name, its release, what it is to the traffic, how it does.
struct SideHead {
    let side: SideSnapshot
    let service: ServiceSnapshot
    let glyphs: Glyphs

    /// Whole words are left out before the release is cut, the least telling first.
    ///
    /// Figures keep their width, so that no release is cut anew with each of them.
    func line(width: Int) -> Line {
        let label = SideLabel(side, of: service)
        var line = Line(" \(label.word)", label.role)
        let release = side.release.safe
        let room = width - line.width - release.displayWidth - 1
        let ending = endings.first { $0.width <= room } ?? endings[endings.count - 1]
        let name = release.truncated(
            to: max(width - line.width - ending.width - 1, 1),
            ellipsis: glyphs.ellipsis
        )
        line.add(" \(name)", .title)
        line.add(ending)
        return line
    }

    private var endings: [Line] {
        let status = SideStatus(side, of: service)
        guard status != .stopped else { return [Line(" \(status.word)", status.role)] }
        let word = Line(" \(status.word)", status.role)
        let percent = " \(side.share) %".fitted(to: 6)
        let share = Line(" \(status.word)\(percent)", status.role)
        let rate = Line(Figures.rate(side.traffic.rate).fitted(to: 6, .right) + " r/s")
        let count = Figures.count(side.traffic.total).fitted(to: 7, .right)
        let total = Line("\(count) total", .muted)
        let first = status.showsShare ? share : word
        let long = [first, up, rate, total]
        let choices = [long, [first, up, rate], [word, up, rate], [up, rate]]
        return choices.map { parts in
            var line = Line()
            for part in parts { line.add(part) }
            return line
        }
    }

    /// Of the instances that are to run: those that others have replaced are not missed.
    private var up: Line {
        let wanted = side.instances.filter { $0.state != .stopped }
        let up = wanted.count { $0.state.isUp }
        let all = "\(wanted.count)"
        // One that is still starting is not up, and nothing is wrong with it.
        let role: Role = wanted.contains { $0.state == .unhealthy } ? .degraded : .text
        return Line("  " + "\(up)".fitted(to: all.count, .right) + "/\(all) up", role)
    }
}

/// What a release is to the traffic at this moment, in one word.
enum SideStatus: Hashable {
    case live
    case candidate
    /// Gets nothing, and could take everything at once.
    case warm
    case draining
    /// Nothing of it runs any more.
    case stopped
    case idle

    init(_ side: SideSnapshot, of service: ServiceSnapshot) {
        let phase = service.liveRollout?.progress.phase
        let isLive = side.release == service.live && side.slot == service.liveSlot
        if side.instances.allSatisfy({ $0.state == .stopped }) {
            self = .stopped
        } else if side.role == .candidate, phase != nil, !isLive {
            self = phase == .reverting && side.share == 0 ? .draining : .candidate
        } else if side.share > 0 {
            self = .live
        } else if phase == .draining || service.isRolling {
            self = .draining
        } else {
            self = phase == nil ? .idle : .warm
        }
    }

    var word: String {
        switch self {
        case .live: "LIVE"
        case .candidate: "CANDIDATE"
        case .warm: "WARM"
        case .draining: "DRAINING"
        case .stopped: "STOPPED"
        case .idle: "IDLE"
        }
    }

    var role: Role {
        switch self {
        case .live: .live
        case .candidate: .candidate
        case .warm: .healthy
        case .draining: .draining
        case .stopped, .idle: .stopped
        }
    }

    var showsShare: Bool { self == .candidate }
}
