import ArgumentParser

/// Whether a command stays until the rollout has come to rest.
struct WaitOptions: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Wait for this rollout; the exit status says how it went.",
            discussion: """
                The wait is over when the release is promoted, also while the old one is kept \
                warm; when it failed or was rolled back; when it is held; and at a gate, unless \
                promoteAfter opens it.
                """
        )
    )
    var wait = false

    @Option(
        help: ArgumentHelp(
            "With --wait: the longest time, 0 to 86400. Default: 600.",
            valueName: "seconds"
        )
    )
    var timeout: Int?

    /// Seconds.
    var limit: Int { timeout ?? 600 }

    static let none: WaitOptions = {
        var options = WaitOptions()
        (options.wait, options.timeout) = (false, nil)
        return options
    }()

    func validate() throws {
        guard let timeout else { return }
        guard wait else {
            throw ValidationError("--timeout is how long --wait waits: add --wait")
        }
        guard (0...86_400).contains(timeout) else {
            throw ValidationError("--timeout is 0 to 86400 seconds")
        }
    }
}
