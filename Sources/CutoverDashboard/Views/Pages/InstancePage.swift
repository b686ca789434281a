import CutoverCore
import CutoverScreen

/// One instance with everything that is known of it.
struct InstancePage {
    let model: DashboardModel
    let scroll: Int

    func draw(in rect: Rect, into buffer: inout Buffer) {
        let name = model.instance?.name.safeName ?? "no instance"
        PageOfLines(title: "\(name)  \(model.boundWords)", lines: lines, scroll: scroll)
            .draw(in: rect, glyphs: model.glyphs, into: &buffer)
    }

    var lines: [Line] {
        guard let service = model.service, let instance = model.instance else { return [] }
        let pane = EvidencePane(
            service: service,
            instance: instance,
            log: model.shownLog,
            now: model.clock,
            glyphs: model.glyphs
        )
        let log = (pane.log ?? []).map { Line(" " + $0.safe, .muted) }
        let traffic = instance.traffic
        var figures = Line(" \(Figures.rate(traffic.rate)) r/s")
        figures.add("  p50 \(Figures.latency(traffic.p50))  p99 \(Figures.latency(traffic.p99))")
        figures.add("  \(Figures.count(traffic.total)) requests, \(traffic.errors) errors")
        figures.add("  \(traffic.inFlight) in flight")
        return [Line(" release \(instance.release.safe)"), figures] + pane.facts
            + [
                Line(),
                Line(log.isEmpty ? " \(pane.silence)" : " the last it wrote", .title),
            ]
            + log
    }
}
