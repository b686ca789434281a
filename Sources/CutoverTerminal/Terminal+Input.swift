import CTerminal
import CutoverScreen

extension Terminal {
    /// How long a started escape sequence may take to arrive as a whole.
    private static let sequencePatience = Duration.milliseconds(50)

    /// How many keys are read at once, so that a flood of them does not keep signals waiting.
    private static let keysAtOnce = 256

    /// The next thing that happened, or nil when nothing did within that time.
    ///
    /// Waits without using the processor; nil waits for ever. It also sends a frame that the
    /// terminal did not take at once. After `.hangup` it goes on for signals and wakes.
    package func nextInput(within limit: Duration? = nil) -> TerminalInput? {
        let deadline = limit.map { ContinuousClock.now + max($0, .zero) }
        while true {
            if !pending.isEmpty { return pending.removeFirst() }
            let ready = wait(until: [deadline, sequenceDeadline].compactMap { $0 }.min())
            take(ready)
            if ready == 0 {
                settleIfOverdue()
                if let deadline, pending.isEmpty, ContinuousClock.now >= deadline { return nil }
            }
        }
    }

    /// Gives up waiting for the rest of an escape sequence or character.
    private func settleIfOverdue() {
        guard let sequenceDeadline, ContinuousClock.now >= sequenceDeadline else { return }
        self.sequenceDeadline = nil
        pending += decoder.settle().map(TerminalInput.key)
    }

    /// Turns what is ready into inputs, signals first.
    private func take(_ ready: Int32) {
        func has(_ bit: Int) -> Bool { ready & Int32(bit) != 0 }
        if has(CT_READY_SIGNAL) {
            takeSignals()
        }
        if has(CT_READY_INPUT) || mayHaveMoreKeys {
            takeKeys()
        }
        if has(CT_READY_HANGUP) {
            hangUp()
        }
        if has(CT_READY_OUTPUT) {
            sendFrame()
        }
        if has(CT_READY_WAKE) {
            pending.append(.wake)
        }
    }

    private func wait(until deadline: ContinuousClock.Instant?) -> Int32 {
        var milliseconds: Int32 = -1
        if mayHaveMoreKeys {
            milliseconds = 0
        } else if let deadline {
            let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            // Rounded up, so that the deadline is over when the wait is.
            milliseconds = Int32(min(max(left.rounded(.up), 0), 1_000_000))
        }
        let readsKeys: Int32 = isHungUp ? 0 : 1
        let sendsFrame: Int32 = hasUnsentFrame && !isHungUp ? 1 : 0
        return ct_wait(milliseconds, readsKeys, sendsFrame)
    }

    private func takeKeys() {
        mayHaveMoreKeys = false
        sequenceDeadline = nil
        for _ in 0..<Self.keysAtOnce {
            let code = ct_read_key()
            if code == CT_KEY_NONE {
                // Curses itself waited for what could follow an Escape.
                if decoder.isAfterEscape {
                    pending += decoder.settle().map(TerminalInput.key)
                }
                if decoder.isPending {
                    sequenceDeadline = ContinuousClock.now + Self.sequencePatience
                }
                return
            }
            let keys = UInt8(exactly: code).map { decoder.feed($0) } ?? feed(named: Int(code))
            pending += keys.map(TerminalInput.key)
        }
        mayHaveMoreKeys = true
    }

    private func feed(named code: Int) -> [Key] {
        let key: Key =
            switch code {
            case CT_KEY_UP: .up
            case CT_KEY_DOWN: .down
            case CT_KEY_LEFT: .left
            case CT_KEY_RIGHT: .right
            case CT_KEY_HOME: .home
            case CT_KEY_END: .end
            case CT_KEY_PAGE_UP: .pageUp
            case CT_KEY_PAGE_DOWN: .pageDown
            case CT_KEY_ENTER: .enter
            case CT_KEY_BACKTAB: .backTab
            case CT_KEY_BACKSPACE: .backspace
            case CT_KEY_DELETE: .delete
            case CT_KEY_INSERT: .insert
            case CT_KEY_PASTE_BEGIN: .pasteBegin
            case CT_KEY_PASTE_END: .pasteEnd
            case CT_KEY_FUNCTION + 1...CT_KEY_FUNCTION + 63: .function(code - CT_KEY_FUNCTION)
            default: .unknown
            }
        return decoder.feed(key)
    }

    private func takeSignals() {
        while true {
            switch Int(ct_next_signal()) {
            case CT_SIGNAL_RESIZE:
                if ct_follow_size() != 0 {
                    pending.append(.resized(size))
                }
            case CT_SIGNAL_STOP: pending.append(.stopRequested)
            case CT_SIGNAL_CONTINUE: retake()
            case CT_SIGNAL_INTERRUPT: pending.append(.interrupted)
            case CT_SIGNAL_TERMINATE: pending.append(.terminated)
            case CT_SIGNAL_HANGUP: hangUp()
            default: return
            }
        }
    }

    private func hangUp() {
        guard !isHungUp else { return }
        isHungUp = true
        pending.append(.hangup)
    }
}
