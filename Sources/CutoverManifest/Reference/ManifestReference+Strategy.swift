extension ManifestReference {
    static let strategyKeys: [ManifestKey] =
        [
            ManifestKey(
                path: "services.NAME.strategy",
                kind: .sectionOr("the word blueGreen or rolling"),
                fallback: .value("blueGreen"),
                summary: "`blueGreen` or `rolling`, as a word or with its keys.",
                consequence:
                    "`blueGreen` moves all traffic at once, back as fast, and costs twice the"
                    + " instances. `rolling` replaces a few instances at a time, and its way back"
                    + " takes as long as its way there. Both need releases that can serve side by"
                    + " side."
            )
        ] + blueGreenKeys + rollingKeys

    private static let blueGreenKeys: [ManifestKey] = [
        ManifestKey(
            path: "services.NAME.strategy.blueGreen",
            kind: .section,
            fallback: .rule("see its keys"),
            summary:
                "The new release is started beside the old one, validated, then takes the traffic.",
            consequence: "The old release stays warm for a while: rollback is one switch."
        ),
        ManifestKey(
            path: "services.NAME.strategy.blueGreen.promoteAfter",
            kind: longDuration,
            fallback: .rule("only an operator promotes"),
            summary: "The gate opens by itself this long after all checks have passed.",
            consequence: "Shorter than `gateExpires`. A pause stops the countdown."
        ),
        ManifestKey(
            path: "services.NAME.strategy.blueGreen.gateExpires",
            kind: .duration(.seconds(1) ... .seconds(604_800)),
            fallback: .value("30m"),
            summary: "A gate that nobody opened for this long rolls back.",
            consequence: "The old release has kept its traffic; the candidate is stopped."
        ),
        ManifestKey(
            path: "services.NAME.strategy.blueGreen.shift",
            kind: .percentages,
            fallback: .value("[100]"),
            summary: "The candidate's shares of the traffic, step by step.",
            consequence:
                "`[100]` is one switch. More steps show fewer clients a bad release, and serve"
                + " both releases to the same client meanwhile."
        ),
        ManifestKey(
            path: "services.NAME.strategy.blueGreen.soak",
            kind: dayDuration,
            fallback: .value("30s"),
            summary: "How long each step but the last is watched.",
            consequence: "The last step is watched for `bake`."
        ),
        ManifestKey(
            path: "services.NAME.strategy.blueGreen.whenInconclusive",
            kind: .choice(["wait", "proceed"]),
            fallback: .value("wait"),
            summary: "What happens when a soak ends with too few requests for a verdict.",
            consequence:
                "`wait` watches on until there are enough, or until `progressDeadline` holds the"
                + " rollout; `proceed` goes on without a verdict."
        ),
        ManifestKey(
            path: "services.NAME.strategy.blueGreen.progressDeadline",
            kind: deadline,
            fallback: .value("10m"),
            summary: "A shift that makes no progress for this long is held.",
            consequence:
                "An operator continues or rolls back. Time in which a step is watched, or in"
                + " a pause, does not count."
        ),
        ManifestKey(
            path: "services.NAME.strategy.blueGreen.bake",
            kind: dayDuration,
            fallback: .value("1m"),
            summary:
                "How long the promoted release is watched, with all traffic, before the rollout"
                + " counts as done.",
            consequence: "Checks after promotion run in this time. An anomaly does what"
                + " `analysis.onFailure` says. `0s` watches nothing."
        ),
        ManifestKey(
            path: "services.NAME.strategy.blueGreen.keepWarm",
            kind: longDuration,
            fallback: .value("10m"),
            summary: "How long the old release stays alive after that.",
            consequence:
                "Meanwhile rollback is instant, and comes by itself when every instance of the"
                + " new release is unhealthy; later it starts the old release again. It costs its"
                + " instances for that long."
        ),
    ]

    private static let rollingKeys: [ManifestKey] = [
        ManifestKey(
            path: "services.NAME.strategy.rolling",
            kind: .section,
            fallback: .rule("not used"),
            summary: "Instances are replaced one or a few at a time, and each batch is watched.",
            consequence: "Clients meet both releases from the first batch to the last."
        ),
        ManifestKey(
            path: "services.NAME.strategy.rolling.batch",
            kind: .share,
            fallback: .value("1"),
            summary: "Instances replaced together. Percentages are rounded up.",
            consequence: "At most `surge + unavailable`, and at most `instances`."
        ),
        ManifestKey(
            path: "services.NAME.strategy.rolling.surge",
            kind: .share,
            fallback: .rule("what `batch` needs beyond `unavailable`"),
            summary: "How many instances beyond `instances` may run. Percentages are rounded up.",
            consequence:
                "New instances are healthy before old ones go. `0` stops first, and then starts."
        ),
        ManifestKey(
            path: "services.NAME.strategy.rolling.unavailable",
            kind: .share,
            fallback: .value("0"),
            summary: "How many of `instances` may be missing. Percentages are rounded down.",
            consequence: "The others carry their load. Fewer than `instances`, for one must serve;"
                + " `surge + unavailable` is at least 1."
        ),
        ManifestKey(
            path: "services.NAME.strategy.rolling.monitor",
            kind: dayDuration,
            fallback: .value("15s"),
            summary: "How long each batch is watched before the next.",
            consequence: "An anomaly stops the rollout with the instances replaced so far."
        ),
        ManifestKey(
            path: "services.NAME.strategy.rolling.whenInconclusive",
            kind: .choice(["wait", "proceed"]),
            fallback: .value("proceed"),
            summary: "What happens when a batch was watched with too few requests for a verdict.",
            consequence:
                "`proceed` goes on without a verdict; `wait` watches on until there are enough,"
                + " or until `progressDeadline` holds the rollout."
        ),
        ManifestKey(
            path: "services.NAME.strategy.rolling.gateAfter",
            kind: .counts,
            fallback: .value("[]"),
            summary: "Batches, from 1, after which an operator must promote.",
            consequence: "`[1]` shows one batch of the candidate to clients and waits for a person."
        ),
        ManifestKey(
            path: "services.NAME.strategy.rolling.gateExpires",
            kind: .duration(.seconds(1) ... .seconds(604_800)),
            fallback: .value("30m"),
            summary: "A gate that nobody opened for this long rolls back.",
            consequence: "Instances replaced so far are replaced back."
        ),
        ManifestKey(
            path: "services.NAME.strategy.rolling.progressDeadline",
            kind: deadline,
            fallback: .value("10m"),
            summary: "A batch that makes no progress for this long is held.",
            consequence:
                "Longer than `startTimeout`, and than `drain.timeout` and `stopGrace` together."
                + " Time in which a batch is watched, at a gate or in a pause, does not count."
        ),
    ]

    private static let longDuration = ManifestKey.Kind.duration(.zero ... .seconds(604_800))
    private static let dayDuration = ManifestKey.Kind.duration(.zero ... .seconds(86_400))
    private static let deadline = ManifestKey.Kind.duration(.seconds(1) ... .seconds(604_800))
}
