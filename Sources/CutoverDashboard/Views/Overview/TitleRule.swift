import CutoverCore
import CutoverScreen

/// A rule with the selected service, its releases, and the revision that keys are bound to.
struct TitleRule {
    let service: ServiceSnapshot
    let now: Timestamp
    let glyphs: Glyphs
    /// On small screens: without strategy and author, and with the countdown that has no row there.
    let isFolded: Bool

    func draw(in rect: Rect, into buffer: inout Buffer) {
        let isNarrow = rect.columns < 50
        let gap = isNarrow ? " " : "  "
        let ending = ending(isNarrow: isNarrow)
        var line = binding(nameWidth: .max, gap: gap)
        // Nobody may act on a revision that cannot be read: names give way to it.
        if line.width + ending.width > rect.columns {
            line = binding(nameWidth: max(rect.columns / 8, 6), gap: gap)
        }
        if !isFolded {
            // Whole or not at all, and whatever the figures at the end are.
            let room = rect.columns - Self.widestEnding - 1
            for extra in extras where line.width + extra.width <= room {
                line.add(extra)
            }
        }
        line.add(" ")
        if let rule = glyphs.horizontal.unicodeScalars.first {
            buffer.fill(rect, with: rule, role: .border)
        }
        buffer.draw(line, and: ending, row: rect.row, in: rect, glyphs: glyphs)
    }

    /// Service, releases, revision.
    private func binding(nameWidth: Int, gap: String) -> Line {
        func short(_ name: String, _ width: Int) -> String {
            name.truncated(to: width, ellipsis: glyphs.ellipsis)
        }
        var line = Line(String(repeating: glyphs.horizontal, count: 2) + " ", .border)
        line.add(short(service.name.safe, nameWidth == .max ? .max : nameWidth * 2), .title)
        guard let rollout = service.rollout else {
            return line
        }
        let live = service.live.map { short($0.safe, nameWidth) } ?? "no release"
        let stable = rollout.stable.map { short($0.safe, nameWidth) + " \(glyphs.arrow) " } ?? ""
        let isLive = rollout.progress.outcome == nil
        line.add(gap + (isLive ? stable + short(rollout.candidate.safe, nameWidth) : live))
        line.add(gap + "rev \(rollout.revision)", .muted)
        return line
    }

    private var extras: [Line] {
        var extras = [Line(service.isRolling ? "  rolling" : "  blue-green", .muted)]
        if let rollout = service.rollout {
            extras.append(Line("  by \(rollout.actor.safe)", .muted))
        }
        if let first = service.matches.first {
            let more = service.matches.count > 1 ? " +\(service.matches.count - 1)" : ""
            extras.append(Line("  for \(first.safeName)\(more)", .muted))
        }
        return extras
    }

    /// Of the figures behind the rule.
    private static let widestEnding = " 0 failed of 99.9k  took 59m59s ".displayWidth + 2

    private func ending(isNarrow: Bool) -> Line {
        var line = Line()
        if isFolded {
            if let countdown = service.rollout?.progress.countdown,
                let left = countdown.left(at: now)
            {
                let isStopped = countdown.endsAt == nil
                let sign = isStopped ? "\(glyphs.held) " : ""
                let title = countdown.title.safeName.truncated(to: 10, ellipsis: glyphs.ellipsis)
                line.add(
                    " \(sign)\(isNarrow ? "" : title + " ")\(Figures.clock(left)) ",
                    isStopped ? .stepHeld : .stepNow
                )
            }
        } else {
            line.add(" \(promise) ", service.failures.isNone ? .muted : .messageBad)
            if let rollout = service.rollout {
                let word = rollout.finishedAt == nil ? "for" : "took"
                let end = rollout.finishedAt ?? now
                line.add(" \(word) \(Figures.age(end - rollout.startedAt)) ", .muted)
            }
        }
        line.add(String(repeating: glyphs.horizontal, count: isNarrow ? 1 : 2), .border)
        return line
    }

    /// How many of the service's requests failed because of Cutover.
    ///
    /// Failures are counted for as long as the proxy lives, requests for as long as the engine
    /// does: only of none can it be said of how many.
    private var promise: String {
        let failed = service.failures.words
        guard service.failures.isNone else { return failed }
        return "\(failed) of \(Figures.count(service.traffic.total))"
    }
}
