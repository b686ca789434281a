extension ManifestReference {
    static let healthKeys: [ManifestKey] =
        [
            ManifestKey(
                path: "services.NAME.health",
                kind: .section,
                fallback: .rule("tcp"),
                summary: "How the health of an instance is found out: by one of `http`, `tcp` and"
                    + " `command`.",
                consequence:
                    "An unhealthy instance gets no new request, except when it would be the last"
                    + " one. A TCP probe knows only that something listens: give `http` a path that"
                    + " answers from the work itself."
            ),
            ManifestKey(
                path: "services.NAME.health.http",
                kind: .sectionOr("a path"),
                fallback: .rule("not used"),
                summary: "A GET request to the instance; a path alone stands for `{path: ...}`.",
                consequence: "Redirects are not followed."
            ),
        ] + expectationKeys("services.NAME.health.http") + [
            ManifestKey(
                path: "services.NAME.health.tcp",
                kind: .flag,
                fallback: .rule("used if nothing else is"),
                summary: "A connection that the instance accepts.",
                consequence: ""
            ),
            ManifestKey(
                path: "services.NAME.health.command",
                kind: .command,
                fallback: .rule("not used"),
                summary: "A command with the instance's variables; exit status 0 is healthy.",
                consequence:
                    "It runs as its own process for each probe: keep `interval` long enough."
            ),
            ManifestKey(
                path: "services.NAME.health.interval",
                kind: .duration(.milliseconds(100) ... .seconds(3_600)),
                fallback: .value("1s"),
                summary: "From the end of one probe to the start of the next.",
                consequence:
                    "A dead instance is found out after `fall` times `interval`, a hanging one"
                    + " after `fall` times `interval + timeout`."
            ),
            ManifestKey(
                path: "services.NAME.health.timeout",
                kind: .duration(.milliseconds(10) ... .seconds(300)),
                fallback: .value("2s"),
                summary: "A probe without a complete answer after this long has failed.",
                consequence: "Shorter than `startTimeout`."
            ),
            ManifestKey(
                path: "services.NAME.health.rise",
                kind: .count(1...100),
                fallback: .value("2"),
                summary: "Consecutive successes that make an instance healthy.",
                consequence: "1 lets a flapping instance into rotation."
            ),
            ManifestKey(
                path: "services.NAME.health.fall",
                kind: .count(1...100),
                fallback: .value("3"),
                summary: "Consecutive failures that make an instance unhealthy.",
                consequence: "1 takes an instance out for one lost packet."
            ),
            ManifestKey(
                path: "services.NAME.health.startGrace",
                kind: .duration(.zero ... .seconds(3_600)),
                fallback: .value("5s"),
                summary: "Failures do not count for this long after a start.",
                consequence: "Successes do count, so a fast start is not held up. Shorter than"
                    + " `startTimeout`."
            ),
            ManifestKey(
                path: "services.NAME.health.minimumHealthyTime",
                kind: .duration(.zero ... .seconds(3_600)),
                fallback: .value("10s"),
                summary:
                    "An instance of the candidate must stay healthy this long before it counts as"
                    + " ready.",
                consequence:
                    "Part of `startTimeout`. Too short, and a release that dies after its first"
                    + " seconds gets traffic."
            ),
            ManifestKey(
                path: "services.NAME.health.startTimeout",
                kind: .duration(.seconds(1) ... .seconds(86_400)),
                fallback: .value("1m"),
                summary: "A candidate that is not ready after this long has failed.",
                consequence: "The rollout rolls back; the stable release has kept its traffic."
            ),
        ]

    static let checkKeys: [ManifestKey] =
        [
            ManifestKey(
                path: "services.NAME.checks",
                kind: .checks,
                fallback: .value("[]"),
                summary: "Validations of the candidate, each by one of `http` and `command`.",
                consequence:
                    "The first deployment, which has no traffic to protect, runs only those before"
                    + " promotion; a rollback runs none."
            ),
            ManifestKey(
                path: "services.NAME.checks[].name",
                kind: .name(NameRule.service.text),
                fallback: .required,
                summary: "What the dashboard calls it; unique within the service.",
                consequence: ""
            ),
            ManifestKey(
                path: "services.NAME.checks[].http",
                kind: .sectionOr("a path"),
                fallback: .rule("not used"),
                summary: "A GET request; a path alone stands for `{path: ...}`.",
                consequence: "It goes to `preview` before promotion, and to `listen` after it."
            ),
        ] + expectationKeys("services.NAME.checks[].http") + [
            ManifestKey(
                path: "services.NAME.checks[].command",
                kind: .command,
                fallback: .rule("not used"),
                summary: "A command; exit status 0 passes. It gets `CUTOVER_ADDRESS`,"
                    + " `CUTOVER_CANDIDATE`, `CUTOVER_STABLE`, `CUTOVER_SERVICE` and `CUTOVER_SLOT`"
                    + " in its environment.",
                consequence: "Its output is kept and shown. `CUTOVER_ADDRESS` is the preview before"
                    + " promotion and the service after it; `${...}` in it is not replaced."
                    + " It also gets `runtime.environmentFile` and `runtime.environment`, but for"
                    + " values with `${port}`, `${socket}`, `${address}` or `${instance}`, which"
                    + " belong to one instance."
            ),
            ManifestKey(
                path: "services.NAME.checks[].stage",
                kind: .choice(["beforePromotion", "afterPromotion"]),
                fallback: .value("beforePromotion"),
                summary:
                    "When it runs: before the gate, or while baking. With `rolling`: behind the"
                    + " first batch, or behind the last.",
                consequence:
                    "A failure before promotion keeps the gate shut; one after it holds or rolls"
                    + " back, as `analysis.onFailure` says."
            ),
            ManifestKey(
                path: "services.NAME.checks[].timeout",
                kind: .duration(.milliseconds(10) ... .seconds(3_600)),
                fallback: .value("5s"),
                summary: "For one try.",
                consequence: "A check waits at most `timeout` times `retries + 1`."
            ),
            ManifestKey(
                path: "services.NAME.checks[].retries",
                kind: .count(0...100),
                fallback: .value("0"),
                summary: "Further tries after a failed one.",
                consequence: "The first success passes."
            ),
        ]

    /// The keys of an HTTP request and what its answer must be like.
    private static func expectationKeys(_ parent: String) -> [ManifestKey] {
        [
            ManifestKey(
                path: "\(parent).path",
                kind: .text,
                fallback: .value("/"),
                summary: "Path and query of the request, from `/`.",
                consequence: ""
            ),
            ManifestKey(
                path: "\(parent).status",
                kind: .range(100...599),
                fallback: .value("200-299"),
                summary: "The status that the answer must have.",
                consequence: "A redirect is an answer: `200-399` accepts it."
            ),
            ManifestKey(
                path: "\(parent).headers",
                kind: .texts,
                fallback: .value("{}"),
                summary: "Headers of the request.",
                consequence:
                    "`Host` is the address unless it stands here, or `localhost` where that is a"
                    + " socket."
            ),
            ManifestKey(
                path: "\(parent).expectHeaders",
                kind: .texts,
                fallback: .value("{}"),
                summary: "Headers that the answer must have, with exactly these values.",
                consequence: "Names are compared in any case."
            ),
            ManifestKey(
                path: "\(parent).bodyContains",
                kind: .text,
                fallback: .rule("any body"),
                summary: "Text that the first 64 KiB of the body must contain.",
                consequence: ""
            ),
        ]
    }
}
