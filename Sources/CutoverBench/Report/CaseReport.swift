/// A case as it is printed: what each peer needs, and how ours stands to the goals.
struct CaseReport {
    let result: CaseResult
    let goals: [Goal]

    var text: String {
        var text = "\n### \(result.title) (`\(result.name)`)\n\n"
        if let reason = result.skipped { return text + "skipped: \(reason)\n" }
        text += figures
        let verdicts = verdicts
        if !verdicts.isEmpty { text += "\n" + verdicts }
        let notes = result.notes.map { "- \($0)\n" }.joined()
        return notes.isEmpty ? text : text + "\n" + notes
    }

    private var figures: String {
        let metrics = result.metrics
        var table = MarkdownTable(["", "rounds"] + metrics.map(\.title))
        for peer in result.peers {
            let rounds = metrics.first.map { result.rounds(peer, $0) } ?? []
            let valid = rounds.count { $0 != nil }
            let cells = metrics.map { metric in
                Spread(result.rounds(peer, metric).compactMap(\.self))?.text(metric.precision)
                    ?? "-"
            }
            let count = valid == rounds.count ? "\(valid)" : "\(valid) of \(rounds.count)"
            table.add([peer.title, count] + cells)
        }
        return table.text
    }

    private var verdicts: String {
        let verdicts = result.verdicts(goals)
        guard !verdicts.isEmpty else { return "" }
        var table = MarkdownTable(["figure", "to", "reading", "goal", "floor", ""])
        for verdict in verdicts {
            let precision = verdict.goal.peer == nil ? verdict.goal.metric.precision : 3
            table.add([
                verdict.goal.metric.title, verdict.goal.peer?.title ?? "itself",
                verdict.spread.text(precision), verdict.goal.goal.figure(2),
                verdict.goal.floor?.figure(2) ?? "-", verdict.mark.rawValue,
            ])
        }
        return table.text
    }
}
