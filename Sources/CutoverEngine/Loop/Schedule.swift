import CutoverCore

/// When the engine must be woken, whatever else happens.
///
/// Deadlines may be reported early and often: waking too soon only costs a look at what is due.
struct Schedule {
    /// The alarm that is set.
    var alarmAt: Timestamp?
    /// The earliest instant that anybody has asked for since the last alarm.
    private(set) var wanted: Timestamp?
    var nextCount: Timestamp?
    /// `nil` while one is under way.
    var nextLogRotation: Timestamp?
    /// A commit failed: when the next is tried.
    var storeRetryAt: Timestamp?
    var publishedAt: Timestamp?
    /// Something happened since that an operator should see at once.
    var isNews = true

    mutating func wake(by instant: Timestamp?) {
        guard let instant else {
            return
        }
        wanted = wanted.map { min($0, instant) } ?? instant
    }

    /// Forgets everything that was asked for; whoever still waits asks again.
    mutating func reset() {
        wanted = nil
    }
}
