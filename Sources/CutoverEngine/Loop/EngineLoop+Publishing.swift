import CutoverCore

extension EngineLoop {
    /// The shortest time between two snapshots, when something happened.
    static let publishInterval = Duration.milliseconds(50)
    /// And when nothing did but another probe or count, while a rollout moves.
    static let busyPublishInterval = Duration.milliseconds(250)
    /// And at rest, when each snapshot costs more than anything else that the engine does.
    static let quietPublishInterval = Duration.seconds(1)

    /// Publishes at once when the last snapshot is old enough, and else as soon as it is.
    func publishWhenDue() {
        let now = now
        let interval = publishInterval
        if let publishedAt = schedule.publishedAt, now < publishedAt + interval {
            schedule.wake(by: publishedAt + interval)
            return
        }
        schedule.publishedAt = now
        schedule.isNews = false
        publisher.publish(SnapshotBuilder.snapshot(of: state, at: now))
    }

    private var publishInterval: Duration {
        if schedule.isNews { return Self.publishInterval }
        let isChanging = state.services.contains { $0.isChanging }
        return isChanging ? Self.busyPublishInterval : Self.quietPublishInterval
    }
}
