import CTerminal
package import CutoverScreen

/// What a terminal and the operating system tell the program that draws on it.
package enum TerminalInput: Hashable, Sendable {
    case key(Key)

    /// `TerminalWaker.wake` was called, once or more.
    case wake

    /// The screen has another size, or has to be drawn anew at the same one.
    case resized(Size)

    /// Ctrl-Z: the process would stop with all its threads. `Terminal.suspend` does it.
    case stopRequested

    /// Ctrl-C.
    case interrupted

    /// SIGTERM.
    case terminated

    /// The terminal is gone, or SIGHUP came. Nothing will be seen or typed from here on.
    case hangup
}

/// Ends a wait of `Terminal.nextInput` from any thread.
///
/// Never blocks, however slow the terminal is, so an engine can call it after each new snapshot.
package struct TerminalWaker: Sendable {
    /// Makes the terminal's thread see `.wake`; several calls before it looks count once.
    package func wake() {
        ct_wake()
    }
}
