import CutoverCore

extension RecordV1 {
    struct Watch: Codable {
        var since: Instant
        var verdict: Verdict?

        init(_ watch: CutoverCore.Watch) {
            since = Instant(watch.since)
            verdict = watch.verdict
        }

        var value: CutoverCore.Watch {
            CutoverCore.Watch(since: since.value, verdict: verdict)
        }
    }

    struct CheckRun: Codable {
        var id: EffectID
        var stage: CheckStage
        var due: Instant
        /// Missing for the first.
        var attempt: Int?
        var names: [String]
        var results: [CheckResult]

        init(_ run: CutoverCore.CheckRun) {
            id = run.id
            stage = run.stage
            due = Instant(run.due)
            attempt = run.attempt == 1 ? nil : run.attempt
            names = run.names
            results = run.results
        }

        var value: CutoverCore.CheckRun {
            CutoverCore.CheckRun(
                id: id,
                due: due.value,
                attempt: attempt ?? 1,
                stage: stage,
                names: names,
                results: results
            )
        }
    }

    /// The table that the proxy works by, and those that it may work by.
    struct TrafficRecord: Codable {
        var confirmed: Traffic?
        var attempted: [Traffic]

        init(_ record: CutoverCore.TrafficRecord) {
            confirmed = record.confirmed
            attempted = record.attempted
        }

        var value: CutoverCore.TrafficRecord {
            CutoverCore.TrafficRecord(confirmed: confirmed, attempted: attempted)
        }
    }
}
