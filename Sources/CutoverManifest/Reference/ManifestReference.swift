/// Every key of the manifest: the one table that the decoder, the help text and the documentation
/// share.
package enum ManifestReference {
    /// In the order in which a manifest is best written.
    package static let keys: [ManifestKey] =
        projectKeys + serviceKeys + routeKeys + runtimeKeys + healthKeys + strategyKeys + checkKeys
        + analysisKeys

    /// The key at a dotted path, such as `services.NAME.listen`.
    package static func key(_ path: String) -> ManifestKey? {
        keysByPath[path]
    }

    private static let keysByPath = Dictionary(
        keys.map { ($0.path, $0) },
        uniquingKeysWith: { first, _ in first }
    )
}

extension ManifestReference {
    static let projectKeys: [ManifestKey] = [
        ManifestKey(
            path: "project",
            kind: .name(NameRule.service.text),
            fallback: .rule("the name of the manifest's directory"),
            summary: "The name of the project.",
            consequence:
                "It names the state directory: another name starts with an empty history and"
                + " adopts no running instance."
        ),
        ManifestKey(
            path: "environment",
            kind: .text,
            fallback: .rule("none"),
            summary: "A label that every screen shows, up to 32 characters.",
            consequence:
                "With `production` or `prod`, verbs that move traffic forward ask one level more;"
                + " pause and rollback never do."
        ),
        ManifestKey(
            path: "onDisconnect",
            kind: .choice(["hold", "continue", "rollback"]),
            fallback: .value("hold"),
            summary: "What a live rollout does when the dashboard loses its terminal.",
            consequence:
                "`hold` stops every step forward until an operator continues; `continue` goes on"
                + " unwatched; `rollback` gives the traffic back. Traffic is served in any case."
                + " It is the policy of the dashboard that runs the engine: one that has attached"
                + " to an engine in the background leaves rollouts as they are."
        ),
        ManifestKey(
            path: "proxy",
            kind: .section,
            fallback: .rule("see its keys"),
            summary: "How the data plane runs.",
            consequence: ""
        ),
        ManifestKey(
            path: "proxy.threads",
            kind: .count(1...64),
            fallback: .rule("one for each processor"),
            summary: "Event loops of the proxy.",
            consequence: "Each can keep one core busy. More threads than cores gain nothing. Left"
                + " out, there are 64 at most, and no more than `memory` has 4 MiB for. Counts from"
                + " the proxy's next start on, and an engine that starts keeps the proxy that runs."
                + " Without an outage: start the engine anew, then `kill` the proxy by its process"
                + " id, which `pgrep -f 'proxy --control'` tells. The engine starts the next one,"
                + " which takes over the listening sockets; what runs has `drainTimeout` to end."
        ),
        ManifestKey(
            path: "proxy.accessLog",
            kind: .path,
            fallback: .rule("none"),
            summary: "A file that gets one JSON object a line for each request.",
            consequence: "Requests never wait for it: lines that the disk does not take in time are"
                + " dropped and counted. A file that is moved away is begun anew."
        ),
        ManifestKey(
            path: "proxy.metrics",
            kind: .address,
            fallback: .rule("none"),
            summary: "Where Prometheus reads the proxy's counters, at `/metrics`.",
            consequence: "Without it they are there for `curl --unix-socket` on the control socket"
                + " alone."
        ),
        ManifestKey(
            path: "proxy.memory",
            kind: .size(16_777_216...1_099_511_627_776),
            fallback: .rule("half of the machine's"),
            summary: "Memory for the bytes of requests and responses that pass.",
            consequence: "New requests get half of it, what runs the rest; a request above that is"
                + " answered 503. Counts from the proxy's next start on."
        ),
        ManifestKey(
            path: "proxy.drainTimeout",
            kind: .duration(.seconds(1) ... .seconds(86_400)),
            fallback: .value("30s"),
            summary: "How long a replaced proxy goes on with what it has in flight.",
            consequence: "Then what is left, such as WebSockets and downloads, is cut. Both run"
                + " until then. Counts from the proxy's next start on."
        ),
        ManifestKey(
            path: "proxy.user",
            kind: .text,
            fallback: .rule("none"),
            summary: "Whom the proxy becomes when Cutover is run by root.",
            consequence: "It keeps the right to listen on ports below 1024 and no other. Change it"
                + " after `cutover down`. Unix sockets of instances must let that user in."
        ),
        ManifestKey(
            path: "services",
            kind: .section,
            fallback: .required,
            summary: "The services, by name; at least one.",
            consequence: "The order is the order on screen."
        ),
    ]

    static let serviceKeys: [ManifestKey] = [
        ManifestKey(
            path: "services.NAME",
            kind: .section,
            fallback: .required,
            summary: "One service. Its name: \(NameRule.service.text).",
            consequence: "A renamed service is another service, with no history."
        ),
        ManifestKey(
            path: "services.NAME.listen",
            kind: .address,
            fallback: .required,
            summary: "Where clients reach the service.",
            consequence: "The proxy listens here for as long as it runs, through every rollout."
                + " `0.0.0.0` takes connections from every network."
        ),
        ManifestKey(
            path: "services.NAME.preview",
            kind: .address,
            fallback: .rule("none"),
            summary: "A second listener that reaches only the candidate.",
            consequence:
                "HTTP checks before promotion go through it. It answers 503 while there is no"
                + " candidate. With `rolling` it reaches the instances that already run the"
                + " candidate."
        ),
        ManifestKey(
            path: "services.NAME.instances",
            kind: .count(1...100),
            fallback: .value("1"),
            summary: "How many instances serve.",
            consequence:
                "`blueGreen` runs twice as many during a rollout and while the old release is"
                + " warm. With one instance, a crash is an outage until its restart."
        ),
        ManifestKey(
            path: "services.NAME.releases",
            kind: .names,
            fallback: .value("[]"),
            summary: "Releases that the deploy form offers besides the ones already seen."
                + " Names: \(NameRule.release.text).",
            consequence: "It limits nothing: any release can be deployed by name."
        ),
        ManifestKey(
            path: "services.NAME.drain",
            kind: .section,
            fallback: .rule("see its keys"),
            summary: "How instances leave.",
            consequence: ""
        ),
        ManifestKey(
            path: "services.NAME.drain.timeout",
            kind: .duration(.zero ... .seconds(86_400)),
            fallback: .value("30s"),
            summary:
                "How long requests that have begun may take to finish once their instance gets no"
                + " new ones.",
            consequence: "What is left is cut, and counted as cut. Set it above the longest honest"
                + " request; WebSockets last as long as their clients want."
        ),
    ]

    static let runtimeKeys: [ManifestKey] =
        [
            ManifestKey(
                path: "services.NAME.runtime",
                kind: .section,
                fallback: .required,
                summary: "How an instance is run as a process, or where somebody else runs it.",
                consequence: ""
            )
        ] + processKeys + externalKeys

    private static let processKeys: [ManifestKey] = [
        ManifestKey(
            path: "services.NAME.runtime.command",
            kind: .command,
            fallback: .required,
            summary:
                "Program and arguments, with `${port}` or `${socket}`, `${address}`, `${release}`,"
                + " `${instance}` and `${slot}`.",
            consequence:
                "No shell reads it. The instance must listen on port `${port}` of 127.0.0.1 (also"
                + " in `PORT`) or, where the command or the environment says `${socket}`, on the"
                + " Unix socket of that path (also in `SOCKET`): no port to run out of, and less"
                + " work for each request. It should finish its requests on SIGTERM. `${address}`"
                + " is either, as `127.0.0.1:9101` or `unix:/path`. In a list, variables need"
                + " quotes."
        ),
        ManifestKey(
            path: "services.NAME.runtime.directory",
            kind: .path,
            fallback: .value("."),
            summary: "The working directory of the instances.",
            consequence: "A program with a `/` in its name is looked up from here."
        ),
        ManifestKey(
            path: "services.NAME.runtime.environment",
            kind: .texts,
            fallback: .value("{}"),
            summary: "Environment variables; the command's variables work in the values.",
            consequence:
                "They win over `environmentFile`. `PORT` or `SOCKET`, `RELEASE`, `INSTANCE` and"
                + " `SLOT` are set by Cutover. Of the engine's own environment an instance gets"
                + " `PATH`, `HOME`, `LANG`, `LC_*`, `TZ`, `TMPDIR` and `USER`, and nothing else."
        ),
        ManifestKey(
            path: "services.NAME.runtime.environmentFile",
            kind: .path,
            fallback: .rule("none"),
            summary: "A file of `KEY=value` lines, read at each start of an instance.",
            consequence:
                "The place for secrets: its content is never shown. A missing file fails the"
                + " start."
        ),
        ManifestKey(
            path: "services.NAME.runtime.ports",
            kind: .range(1...65_535),
            fallback: .required,
            summary: "The ports that instances get, such as `9100-9199`.",
            consequence:
                "Needless with `${socket}`: a socket lies in the state directory, in its folder"
                + " `run`. `blueGreen` needs two for each instance, `rolling` one for each and one"
                + " for each of `surge`. Ranges of services must not overlap, and should stay below"
                + " 32768, where Linux takes ports for outgoing connections."
        ),
        ManifestKey(
            path: "services.NAME.runtime.stopGrace",
            kind: .duration(.zero ... .seconds(3_600)),
            fallback: .value("10s"),
            summary: "From SIGTERM to SIGKILL.",
            consequence:
                "An instance is stopped only after its requests are finished or cut, so this is"
                + " time for its own cleaning up."
        ),
        ManifestKey(
            path: "services.NAME.runtime.restart",
            kind: .section,
            fallback: .rule("see its keys"),
            summary: "When a crashed instance is started again, and when it is given up.",
            consequence: ""
        ),
        ManifestKey(
            path: "services.NAME.runtime.restart.initialDelay",
            kind: .duration(.milliseconds(10) ... .seconds(3_600)),
            fallback: .value("500ms"),
            summary: "The wait before the first restart.",
            consequence: "It doubles with each crash, up to `maximumDelay`."
        ),
        ManifestKey(
            path: "services.NAME.runtime.restart.maximumDelay",
            kind: .duration(.milliseconds(10) ... .seconds(3_600)),
            fallback: .value("30s"),
            summary: "The longest wait before a restart.",
            consequence: "At least `initialDelay`."
        ),
        ManifestKey(
            path: "services.NAME.runtime.restart.limit",
            kind: .count(1...1_000),
            fallback: .value("5"),
            summary: "This many exits within `window` are a crash loop.",
            consequence:
                "A candidate in a crash loop has failed; a stable instance is tried again at"
                + " `maximumDelay`."
        ),
        ManifestKey(
            path: "services.NAME.runtime.restart.window",
            kind: .duration(.seconds(1) ... .seconds(86_400)),
            fallback: .value("1m"),
            summary: "The time in which exits are counted.",
            consequence:
                "A longer window finds slower crash loops. `limit` exits must fit in it with the"
                + " waits between them."
        ),
    ]
}
