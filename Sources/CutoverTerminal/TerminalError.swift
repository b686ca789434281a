import CutoverScreen

/// Why there is no screen to draw on.
package enum TerminalError: Error, Equatable {
    case inputIsNotATerminal
    case outputIsNotATerminal

    /// `TERM` is unset or empty, so nobody said what kind of terminal this is.
    case termIsNotSet

    /// The terminal's description has no way to place the cursor, as `dumb` has none.
    case cannotPlaceCursor(term: String)

    /// Neither `TERM` nor a likely replacement is described on this machine.
    case unknownTerminal(term: String, tried: [String])

    /// There is no terminal database at all.
    case noTerminalDatabase(term: String)

    /// Curses gave no reason.
    case refused(term: String)
}

extension TerminalError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .inputIsNotATerminal:
            "standard input is not a terminal, so no key could be read"
        case .outputIsNotATerminal:
            "standard output is not a terminal, so there is nothing to draw on"
        case .termIsNotSet:
            "TERM is not set, so the kind of terminal is unknown; "
                + "set it, for example TERM=xterm-256color"
        case .cannotPlaceCursor(let term):
            "a terminal of the kind \(quoted(term)) (TERM) cannot place its cursor, "
                + "so no screen can be drawn on it"
        case .unknownTerminal(let term, let tried):
            "no description of the terminal \(quoted(term)) (TERM) on this machine, "
                + "nor of \(tried.joined(separator: " or ")); install the package ncurses-term, "
                + "or set TERM to a kind that `ls /usr/share/terminfo /lib/terminfo` lists"
        case .noTerminalDatabase(let term):
            "no terminal database on this machine to look up \(quoted(term)) (TERM); "
                + "install the package ncurses-base"
        case .refused(let term):
            "the terminal \(quoted(term)) (TERM) could not be taken over"
        }
    }

    private func quoted(_ term: String) -> String {
        "`" + Sanitizer.sanitize(term, limit: 60) + "`"
    }
}
