import CutoverCore

extension EngineLoop {
    /// The shortest time between two snapshots, when something happened.
    static let publishInterval = Duration.milliseconds(50)
    /// And when nothing did but another probe or count.
    static let quietPublishInterval = Duration.milliseconds(250)

    /// Publishes at once when the last snapshot is old enough, and else as soon as it is.
    func publishWhenDue() {
        let now = now
        let interval = schedule.isNews ? Self.publishInterval : Self.quietPublishInterval
        if let publishedAt = schedule.publishedAt, now < publishedAt + interval {
            schedule.wake(by: publishedAt + interval)
            return
        }
        schedule.publishedAt = now
        schedule.isNews = false
        publisher.publish(SnapshotBuilder.snapshot(of: state, at: now))
    }
}
