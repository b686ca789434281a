import CutoverCore
import CutoverScreen

/// What stands in one column of a service's row.
struct TableCell {
    let service: ServiceSnapshot
    let lastEvent: JournalEntry?
    let now: Timestamp
    let glyphs: Glyphs

    func line(_ column: TableColumn, width: Int) -> Line {
        switch column {
        case .name: Line(fitted(service.name.safe, width))
        case .kind: Line(service.isRolling ? "ROLL" : "B/G", .muted)
        case .version: Line(fitted(version, width))
        case .phase: phase(width)
        case .bar:
            SplitBar.line(
                left: service.split.left,
                right: service.split.right,
                width: width,
                glyphs: glyphs
            )
        case .split: Line(split.fitted(to: width, .right))
        case .instances: InstanceFold(service: service, glyphs: glyphs).line(width: width)
        case .rate: Line(Figures.rate(service.traffic.rate).fitted(to: width, .right))
        case .errors: errors(width)
        case .p50: Line(Figures.latency(service.traffic.p50).fitted(to: width, .right))
        case .p99: Line(Figures.latency(service.traffic.p99).fitted(to: width, .right))
        case .inFlight: Line("\(service.traffic.inFlight)".fitted(to: width, .right))
        case .history:
            Line(Sparkline.text(service.rateHistory, width: width, glyphs: glyphs), .muted)
        case .lastEvent: event(width)
        }
    }

    private func fitted(_ text: String, _ width: Int) -> String {
        text.fitted(to: width, ellipsis: glyphs.ellipsis)
    }

    private var version: String {
        guard let rollout = service.liveRollout else { return service.live?.safe ?? "-" }
        let candidate = rollout.candidate.safe
        return rollout.stable.map { "\($0.safe) \(glyphs.arrow) \(candidate)" } ?? candidate
    }

    private var split: String {
        let (left, right) = service.split
        return left + right == 0 ? "-" : "\(left)/\(right)"
    }

    private func errors(_ width: Int) -> Line {
        let share = service.traffic.errorRate
        let isKnown = service.traffic.p99 != nil || share > 0
        let text = (isKnown ? Figures.percent(share) : "-").fitted(to: width, .right)
        return Line(text, share > 0.01 ? .degraded : .text)
    }

    private func phase(_ width: Int) -> Line {
        let standing = Standing(service, glyphs: glyphs)
        var line = Line("\(standing.glyph) ", standing.role)
        let room = width - line.width - (standing.step.isEmpty ? 0 : standing.step.count + 1)
        line.add(fitted(standing.word, max(room, 0)), standing.role)
        if !standing.step.isEmpty { line.add(" \(standing.step)", standing.role) }
        return line
    }

    private func event(_ width: Int) -> Line {
        guard let lastEvent else { return Line() }
        var line = Line("\(Figures.age(now - lastEvent.at)) ", .muted)
        line.add("\(lastEvent.kind.rawValue.uppercased()) ")
        line.add(lastEvent.text.safe, .muted)
        return line
    }
}

/// All instances of a service as glyphs, such as `B ●●●●  G ●▲●◌`; as counts where there are many.
struct InstanceFold {
    let service: ServiceSnapshot
    let glyphs: Glyphs

    func line(width: Int) -> Line {
        let all = line(service.columns.map { ($0, true) })
        if all.width <= width { return all }
        return line(service.columns.map { ($0, false) })
    }

    private func line(_ sides: [(side: SideSnapshot, isSpelled: Bool)]) -> Line {
        var line = Line()
        for (side, isSpelled) in sides {
            if line.width > 0 { line.add("  ") }
            let label = SideLabel(side, of: service)
            line.add("\(label.letter) ", label.role)
            if isSpelled {
                for instance in side.instances {
                    line.add(instance.state.glyph(glyphs), instance.state.role)
                }
            } else {
                line.add(Self.counts(side, glyphs))
            }
        }
        return line
    }

    /// Such as `●18 ▲1 ✗1`.
    static func counts(_ side: SideSnapshot, _ glyphs: Glyphs) -> Line {
        var line = Line()
        for state in InstanceState.allCases.reversed() {
            let count = side.instances.count { $0.state == state }
            guard count > 0 else { continue }
            if line.width > 0 { line.add(" ") }
            line.add("\(state.glyph(glyphs))\(count)", state.role)
        }
        return line
    }
}

/// What a side is called: by its slot, or by its release where there are no slots.
struct SideLabel {
    /// `BLUE`, `GREEN`, `OLD`, `NEW`, or `ALL` where there is one release only.
    let word: String
    let role: Role
    let fill: Role

    var letter: String { String(word.prefix(1)) }

    init(_ side: SideSnapshot, of service: ServiceSnapshot) {
        // Without slots the place says which is newer: a promoted candidate is stable, yet new.
        let isLast = service.columns.last?.release == side.release
        let isSecond = isLast && (service.sides.count > 1 || service.isFirstDeployment)
        let isRight = side.slot == .green || side.slot == nil && isSecond
        role = isRight ? .green : .blue
        fill = isRight ? .greenFill : .blueFill
        switch side.slot {
        case .blue: word = "BLUE"
        case .green: word = "GREEN"
        case nil:
            if service.sides.count < 2, service.liveRollout == nil {
                word = "ALL"
            } else {
                word = isSecond ? "NEW" : "OLD"
            }
        }
    }
}
