import ArgumentParser
import CutoverCore

/// Whether a command stays until the rollout has come to rest.
struct WaitOptions: ParsableArguments {
    @Flag(
        help:
            "Wait until the rollout ended, waits at a gate or is held; the exit status says which."
    )
    var wait = false

    @Option(help: ArgumentHelp("The longest time to wait.", valueName: "seconds"))
    var timeout = 600

    static let none: WaitOptions = {
        var options = WaitOptions()
        (options.wait, options.timeout) = (false, 0)
        return options
    }()

    func validate() throws {
        guard (0...86_400).contains(timeout) else {
            throw ValidationError("--timeout is 0 to 86400 seconds")
        }
    }
}
