/// What a run of the demo proves: the clients' counts, service by service.
package struct DemoReceipt: Sendable {
    package struct Line: Sendable {
        package var service: String
        package var report: LoadReport
        /// Milliseconds from each promote to the first answer of the promoted release.
        package var promotions: [Int64]
        /// What was done, in order.
        package var history: [String]

        package init(
            service: String,
            report: LoadReport,
            promotions: [Int64],
            history: [String]
        ) {
            self.service = service
            self.report = report
            self.promotions = promotions
            self.history = history
        }
    }

    package var lines: [Line]
    /// What did not go as the demo expects.
    ///
    /// Empty: everything did.
    package var faults: [String]

    package init(lines: [Line], faults: [String]) {
        self.lines = lines
        self.faults = faults
    }

    /// Not one request failed, every answer is accounted for, and everything went as expected.
    package var isClean: Bool {
        faults.isEmpty
            && lines.allSatisfy {
                $0.report.failed == 0 && $0.report.inFlight == 0 && $0.report.sent > 0
            }
    }

    package var text: String {
        let services = lines.map(Self.text).joined(separator: "\n")
        let total = lines.map(\.report).reduce(LoadReport()) { $0.merged(with: $1) }
        let verdict = isClean ? "not one request failed" : "NOT CLEAN"
        return
            ([services] + faults.map { "FAULT: \($0)" } + [
                "total: \(total.sent) requests sent, \(total.failed) failed, "
                    + "\(total.releaseErrorCount) answered badly by a release itself: \(verdict)"
            ]).joined(separator: "\n")
    }

    private static func text(_ line: Line) -> String {
        let report = line.report
        let median = report.latency.quantile(0.5)
        let added = ((report.latency.maximum - median) * 10).rounded() / 10
        var rows = ["\(line.service)"]
        rows += line.history.map { "  \($0)" }
        rows.append("  requests sent                     \(report.sent)")
        rows.append("  failed                            \(report.failed)\(kinds(report.failures))")
        rows.append(
            "  answered badly by a release       \(report.releaseErrorCount)"
                + kinds(report.releaseErrors)
        )
        rows.append(
            "  worst added latency               \(report.latency.isClipped ? ">" : "")\(added) ms "
                + "over a median of \(median) ms (small requests)"
        )
        if !line.promotions.isEmpty {
            let times = line.promotions.map { "\($0) ms" }.joined(separator: ", ")
            rows.append("  promote to first answer by green  \(times)")
        }
        return rows.joined(separator: "\n")
    }

    private static func kinds(_ counts: [String: Int]) -> String {
        guard !counts.isEmpty else { return "" }
        let list = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return " (\(list.joined(separator: ", ")))"
    }
}
