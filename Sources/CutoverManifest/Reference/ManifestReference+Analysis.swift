extension ManifestReference {
    static let analysisKeys: [ManifestKey] = [
        ManifestKey(
            path: "services.NAME.analysis",
            kind: .sectionOr("the word off"),
            fallback: .rule("see its keys"),
            summary: "The limits that a candidate with traffic must keep; `off` for none.",
            consequence:
                "Each limit by itself is enough to fail. Answers with status 500 and above count"
                + " as errors, and so does no answer."
        ),
        ManifestKey(
            path: "services.NAME.analysis.window",
            kind: .duration(.seconds(1) ... .seconds(3_600)),
            fallback: .value("30s"),
            summary: "The sliding window over which candidate and stable release are counted.",
            consequence: "Shorter finds faults sooner, with fewer requests to judge by."
        ),
        ManifestKey(
            path: "services.NAME.analysis.minimumRequests",
            kind: .count(1...1_000_000),
            fallback: .value("50"),
            summary: "Fewer requests to the candidate than this in the window are inconclusive.",
            consequence:
                "Inconclusive is neither a pass nor a failure: `whenInconclusive` says what"
                + " follows a soak or a batch. A bake that ends so, as it does with `shift: [100]`"
                + " and little traffic, ends promoted."
        ),
        ManifestKey(
            path: "services.NAME.analysis.errorRate",
            kind: .percentage(0...1),
            fallback: .value("5%"),
            summary: "The highest share of errors; `off` for no limit.",
            consequence: "`0%` fails at the first error."
        ),
        ManifestKey(
            path: "services.NAME.analysis.errorRateFactor",
            kind: .factor(1...1_000),
            fallback: .rule("no limit"),
            summary:
                "The highest share of errors, as a multiple of the stable release's over the same"
                + " window.",
            consequence:
                "Once the stable release has too few requests, its last window before the switch is"
                + " the measure."
        ),
        ManifestKey(
            path: "services.NAME.analysis.latency",
            kind: .section,
            fallback: .rule("no limit"),
            summary: "Limits of the time from request to response.",
            consequence: ""
        ),
        ManifestKey(
            path: "services.NAME.analysis.latency.quantile",
            kind: .percentage(0.01...1),
            fallback: .value("99%"),
            summary: "The share of requests that must be faster than the limit.",
            consequence: "`minimumRequests` of 100 leaves one request above 99%."
        ),
        ManifestKey(
            path: "services.NAME.analysis.latency.limit",
            kind: .duration(.milliseconds(1) ... .seconds(600)),
            fallback: .rule("no limit"),
            summary: "The highest latency at the quantile.",
            consequence: ""
        ),
        ManifestKey(
            path: "services.NAME.analysis.latency.factor",
            kind: .factor(1...1_000),
            fallback: .rule("no limit"),
            summary:
                "The highest latency, as a multiple of the stable release's over the same window as"
                + " for `errorRateFactor`.",
            consequence: "A cold candidate is slower for a while: 1.2 is nervous, 3 is calm."
        ),
        ManifestKey(
            path: "services.NAME.analysis.consecutiveFailures",
            kind: .count(1...10_000),
            fallback: .rule("no limit"),
            summary: "This many errors of one instance in a row are an anomaly at once.",
            consequence: "It needs neither the window nor `minimumRequests`."
        ),
        ManifestKey(
            path: "services.NAME.analysis.onFailure",
            kind: .choice(["hold", "rollback"]),
            fallback: .value("hold"),
            summary: "What an anomaly does.",
            consequence:
                "`hold` stops the rollout where it is and asks an operator; `rollback` gives the"
                + " traffic back at once. When no instance of the candidate is healthy any more,"
                + " there is nothing to ask: it is rolled back with either word, also while the old"
                + " release is warm."
        ),
    ]
}
