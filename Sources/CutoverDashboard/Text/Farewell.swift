package import CutoverCore
package import CutoverScreen

/// What the shell says after the dashboard was left: which rollouts are live, and who drives them.
package struct Farewell: Sendable {
    /// Who drives rollouts from here on.
    package enum Driver: Hashable, Sendable {
        /// An engine in the background; `log` is the path of the file that it writes to.
        case background(processID: Int32, log: String)
        case nobody
    }

    private let services: [ServiceSnapshot]
    private let driver: Driver
    private let glyphs: Glyphs

    package init(_ snapshot: EngineSnapshot, driver: Driver, glyphs: Glyphs) {
        services = snapshot.services.filter { $0.liveRollout != nil }
        self.driver = driver
        self.glyphs = glyphs
    }

    /// One line for each live rollout, and one for the engine; empty when there is nothing to say.
    package var text: String {
        let rollouts = services.compactMap { line(of: $0) }
        switch driver {
        case .background(let processID, let log):
            let engine =
                "The engine goes on as process \(processID) and writes to \(log.safe); "
                + "`cutover` reopens the dashboard."
            return (rollouts + [engine]).joined(separator: "\n")
        case .nobody:
            guard !rollouts.isEmpty else { return "" }
            let engine =
                "No engine runs: nothing advances until `cutover` is opened again; "
                + "instances and traffic go on."
            return (rollouts + [engine]).joined(separator: "\n")
        }
    }

    private func line(of service: ServiceSnapshot) -> String? {
        guard let rollout = service.liveRollout else { return nil }
        let releases = [rollout.stable, rollout.candidate].compactMap { $0?.safe }
            .joined(separator: " \(glyphs.arrow) ")
        var until = ""
        // Without an engine nothing happens at that time.
        if driver != .nobody, let countdown = rollout.progress.countdown, let end = countdown.endsAt
        {
            until = ", \(countdown.title.safe) until \(Figures.timeOfDay(end))Z"
        }
        return "\(service.name.safe) \(releases)\(until): \(rollout.progress.sentence.safe)"
    }
}
