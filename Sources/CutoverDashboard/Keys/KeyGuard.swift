import CutoverCore
import CutoverScreen

/// Tells keys that a person pressed from text that fell into the wrong window.
///
/// Text arrives pasted with brackets, pasted without, or typed by a program; none of it may act.
/// Keys that repeat because they are held down may move a cursor, and never answer a question.
struct KeyGuard: Sendable {
    /// A key that may act.
    struct Press: Hashable, Sendable {
        let key: Key
        /// The same key came so shortly before that no finger was lifted.
        let isRepeat: Bool
    }

    /// What is left of the keys of one read.
    struct Outcome: Hashable, Sendable {
        var presses: [Press] = []
        /// Why keys were dropped, once for all of them.
        var dropped: String?
        /// The keys before these belong to the same text, so a question that they opened is void.
        var isBurst = false
    }

    /// The same key again within this time is held down.
    static let repeatInterval = Duration.milliseconds(60)
    /// So many printable keys within `burstWindow` are text.
    static let burstLength = 8
    static let burstWindow = Duration.milliseconds(50)
    /// After a burst keys are dropped until none came for so long.
    static let quiet = Duration.milliseconds(250)
    /// A paste whose end never comes is over when no key came for so long.
    static let pasteTimeout = Duration.seconds(1)

    private var previous: (key: Key, at: Timestamp)?
    /// Of the printable keys, not older than `burstWindow`.
    private var recent: [Timestamp] = []
    private var burstAt: Timestamp?
    private var pasteAt: Timestamp?

    /// Sorts the keys of one read; while a text field has the keys, text is what is wanted.
    mutating func admit(_ keys: [Key], isTyping: Bool, now: Timestamp) -> Outcome {
        var outcome = Outcome()
        for key in keys {
            guard admitsAsTyped(key, isTyping: isTyping, now: now) else {
                outcome.dropped = "a paste was dropped: keys act on live traffic here"
                continue
            }
            if key == .pasteBegin || key == .pasteEnd { continue }
            note(key, now: now)
            let isRepeat = previous.map { $0.key == key && now - $0.at < Self.repeatInterval }
            outcome.presses.append(Press(key: key, isRepeat: isRepeat ?? false))
            previous = (key, now)
        }
        if !isTyping, isBurst(now) {
            burstAt = now
            outcome.presses = []
            outcome.isBurst = true
            outcome.dropped = "keys were dropped: they came as fast as a paste"
        }
        return outcome
    }

    /// Follows the brackets of a paste; its text may only reach a text field.
    private mutating func admitsAsTyped(_ key: Key, isTyping: Bool, now: Timestamp) -> Bool {
        if key == .pasteBegin {
            pasteAt = now
            return true
        }
        guard let began = pasteAt else { return true }
        if key == .pasteEnd || now - began > Self.pasteTimeout {
            pasteAt = nil
            return true
        }
        pasteAt = now
        return isTyping
    }

    private mutating func note(_ key: Key, now: Timestamp) {
        recent.removeAll { now - $0 > Self.burstWindow }
        guard case .character(let scalar) = key else { return }
        // Held down, the keys that move the cursor come in bursts after a stall.
        let moves: Set<Unicode.Scalar> = ["j", "k"]
        if moves.contains(scalar), previous?.key == key { return }
        recent.append(now)
    }

    private func isBurst(_ now: Timestamp) -> Bool {
        if recent.count >= Self.burstLength { return true }
        guard let burstAt, !recent.isEmpty else { return false }
        return now - burstAt < Self.quiet
    }
}
