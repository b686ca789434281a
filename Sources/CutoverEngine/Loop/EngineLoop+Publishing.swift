import CutoverCore

extension EngineLoop {
    /// The shortest time between two snapshots.
    static let publishInterval = Duration.milliseconds(50)

    /// Publishes at once when the last snapshot is old enough, and else as soon as it is.
    func publishWhenDue() {
        let now = now
        if let publishAt = schedule.publishAt, publishAt > now {
            schedule.wake(by: publishAt)
            return
        }
        schedule.publishAt = now + Self.publishInterval
        publisher.publish(SnapshotBuilder.snapshot(of: state, at: now))
    }
}
