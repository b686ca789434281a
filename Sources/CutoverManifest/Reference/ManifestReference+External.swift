extension ManifestReference {
    static let externalKeys: [ManifestKey] = [
        ManifestKey(
            path: "services.NAME.runtime.external",
            kind: .section,
            fallback: .rule("none: Cutover starts the instances"),
            summary:
                "Addresses of instances that somebody else starts and stops: virtual machines,"
                + " systemd units, another machine. Takes the place of `command` and `ports`.",
            consequence:
                "Cutover checks their health and moves the traffic, and touches nothing else:"
                + " `deploy` waits until the release is healthy at its addresses, stopping is"
                + " letting an address go. Whoever deploys must put the release there, before or"
                + " while `deploy` waits, for `startTimeout` at most; a probe that expects"
                + " `${release}` proves that it is there. An old release that is no longer warm is"
                + " rolled back to by putting it there again."
        ),
        ManifestKey(
            path: "services.NAME.runtime.external.blue",
            kind: .addresses,
            fallback: .rule("none; needed with `blueGreen`"),
            summary: "The instances of the slot blue, where the first release comes.",
            consequence: "As many as in `green`; `instances` is their number."
        ),
        ManifestKey(
            path: "services.NAME.runtime.external.green",
            kind: .addresses,
            fallback: .rule("none; needed with `blueGreen`"),
            summary: "The instances of the slot green.",
            consequence: "As many as in `blue`."
        ),
        ManifestKey(
            path: "services.NAME.runtime.external.instances",
            kind: .addresses,
            fallback: .rule("none; needed with `rolling`"),
            summary: "The instances of a rolling service.",
            consequence:
                "A batch is taken out of rotation, drained, and then waits until somebody else has"
                + " put the new release there, which a probe that expects `${release}` must tell."
                + " With `unavailable: 1` and no more addresses than instances they are replaced in"
                + " place; more addresses than `instances` are for `surge`."
        ),
    ]
}
