/// All ratios in one table, a row for each case and figure.
struct Summary {
    let results: [CaseResult]
    let cases: [BenchCase]

    private static let peers: [Peer] = [.nginx, .haproxy, .forwarder]

    /// Nothing when no ratio has a goal.
    var text: String {
        var table = MarkdownTable(["case", "figure"] + Self.peers.map { "to \($0.title)" })
        var isEmpty = true
        for (result, one) in zip(results, cases) {
            let verdicts = result.verdicts(one.goals).filter { $0.goal.peer != nil }
            for metric in Metric.allCases {
                let own = verdicts.filter { $0.goal.metric == metric }
                guard !own.isEmpty else { continue }
                isEmpty = false
                let cells = Self.peers.map { peer in
                    own.first { $0.goal.peer == peer }
                        .map { "\($0.spread.median.figure(3)) \($0.mark.rawValue)" } ?? "-"
                }
                table.add([one.title, metric.title] + cells)
            }
        }
        return isEmpty ? "" : "\n## Ratios, medians of rounds\n\n" + table.text
    }
}
