import CTerminal
package import CutoverScreen
import Glibc

/// The terminal, taken over by curses.
///
/// One thread opens it, draws, reads keys and closes it: curses is not thread-safe, and a terminal
/// that takes nothing must hold nobody but this thread. There is at most one at a time, since
/// curses has one screen. Whatever ends the program, a fatal signal included, the terminal is left
/// as it was found; only SIGKILL cannot be caught.
package final class Terminal {
    /// What to open and how.
    package struct Options {
        /// The kind of terminal; by default `TERM` of the environment.
        package var term: String?

        /// The most colours to use; `.mono` for an operator who set `NO_COLOR`.
        package var maximumDepth = ColorDepth.colors256

        /// Where to what is written to standard error goes while the screen is on; nil to nowhere.
        ///
        /// A stray message of a library would tear the screen.
        package var errorLog: String?

        /// Where keys come from and the screen goes to.
        var input: Int32 = STDIN_FILENO
        var output: Int32 = STDOUT_FILENO

        /// Whether this is a real terminal whose signals and end have to be minded.
        var isAttended = true

        package init() {}
    }

    /// A sentence for the operator about how the terminal is used, or nil when all is as expected.
    package let notice: String?

    /// How many colours themes are reduced to.
    package let depth: ColorDepth

    /// Wakes the thread that waits in `nextInput`.
    package let waker = TerminalWaker()

    private let isAttended: Bool
    private var isOpen = true
    private var palette: Palette

    /// What was drawn last, to draw only rows that differ.
    private var shown: Buffer?
    private var title = ""
    private var hasUnsentTitle = false

    // MARK: The state of reading, in Terminal+Input.swift
    var decoder = KeyDecoder()
    var pending: [TerminalInput] = []
    var mayHaveMoreKeys = false

    /// When the rest of a sequence counts as lost.
    var sequenceDeadline: ContinuousClock.Instant?
    var isHungUp = false

    /// Whether a drawn frame waits for the terminal to take it.
    private(set) var hasUnsentFrame = false

    /// Whether the environment's locale is UTF-8; without it only the ASCII glyphs can be drawn.
    package static var isUnicodeLocale: Bool { ct_locale_is_utf8() != 0 }

    /// Makes sure that a terminal is there to be taken over, and leaves it alone.
    package static func checkUsable() throws(TerminalError) {
        _ = try usableTerm(Options())
    }

    /// Takes over the terminal.
    ///
    /// - Throws: `TerminalError`, with the terminal untouched.
    package init(_ options: Options = Options(), theme: Theme) throws(TerminalError) {
        let name = try Self.usableTerm(options)
        if options.isAttended {
            ct_redirect_errors(options.errorLog)
        }
        let status = ct_open(
            name.term,
            options.input,
            options.output,
            options.isAttended ? 1 : 0
        )
        guard status == 0 else {
            throw TerminalError.refused(term: name.term)
        }
        notice = name.notice
        isAttended = options.isAttended
        depth = min(ColorDepth(colors: Int(ct_colors())), options.maximumDepth)
        palette = Self.palette(theme, depth: depth)
        setPairs()
    }

    deinit {
        close()
    }

    /// Gives the terminal back as it was found; does nothing the second time.
    ///
    /// From here on signals have their usual effect again, but SIGHUP is ignored after `.hangup`: a
    /// shell often sends it once more, and the program may have something left to do.
    package func close() {
        guard isOpen else { return }
        isOpen = false
        ct_close()
    }

    package var size: Size {
        var rows: Int32 = 0
        var columns: Int32 = 0
        ct_size(&rows, &columns)
        return Size(columns: Int(columns), rows: Int(rows))
    }

    /// Draws with another theme from here on; what is shown changes at the next `draw`.
    package func use(_ theme: Theme) {
        palette = Self.palette(theme, depth: depth)
        setPairs()
        repaint()
    }

    /// Sets the title of the terminal's window, where it has one, together with the next frame.
    package func setTitle(_ text: String) {
        let safe = Sanitizer.sanitize(text, limit: 100)
        guard safe != title else { return }
        title = safe
        hasUnsentTitle = true
    }

    /// Rings the bell, unless the terminal takes nothing at the moment.
    package func beep() {
        if isWritable {
            ct_beep()
        }
    }

    /// Puts a short text into the clipboard of the terminal's owner, unless the terminal takes
    /// nothing.
    ///
    /// It is a request (OSC 52) that many terminals answer only where they were told to; tmux needs
    /// `set-clipboard on`.
    package func copy(_ text: String) {
        if isWritable {
            ct_copy(Base64.encode(Sanitizer.sanitize(text)))
        }
    }

    /// Throws away keys that were typed and not yet seen, so that they cannot answer a new dialog.
    package func discardInput() {
        ct_discard_input()
        decoder = KeyDecoder()
        sequenceDeadline = nil
        pending.removeAll { input in
            if case .key = input { return true }
            return false
        }
    }

    private static func palette(_ theme: Theme, depth: ColorDepth) -> Palette {
        Palette(
            theme: theme,
            depth: depth,
            pairLimit: Int(ct_pairs()),
            hasDirectColors: ct_colors() > 256
        )
    }

    private func setPairs() {
        for (index, pair) in palette.pairs.enumerated() {
            ct_set_pair(Int32(index + 1), pair.foreground, pair.background)
        }
    }
}

// MARK: - Drawing

extension Terminal {
    /// Shows a frame.
    ///
    /// Only what differs from the terminal's contents is sent. While the terminal takes nothing, as
    /// after Ctrl-S, the frame is kept and `nextInput` sends it, or a newer one, as soon as it can.
    package func draw(_ frame: Buffer) {
        let isSameSize = shown?.size == frame.size
        if !isSameSize {
            // Rows and columns beyond the frame keep nothing of an earlier one.
            ct_erase()
        }
        var cells: [ct_cell] = []
        cells.reserveCapacity(frame.columns)
        for row in 0..<frame.rows {
            let range = row * frame.columns..<(row + 1) * frame.columns
            if isSameSize, let shown, shown.cells[range] == frame.cells[range] { continue }
            cells.removeAll(keepingCapacity: true)
            for cell in frame.cells[range] {
                cells.append(ct_cell(cell, look: palette.look(of: cell)))
            }
            ct_put_row(Int32(row), cells, Int32(cells.count))
        }
        shown = frame
        hasUnsentFrame = true
        sendFrame()
    }

    /// Paints everything at the next `draw`, whatever the terminal shows.
    package func repaint() {
        shown = nil
        ct_repaint()
    }

    /// Sends the last frame if the terminal takes it now.
    func sendFrame() {
        guard hasUnsentFrame else { return }
        guard isWritable else { return }
        if hasUnsentTitle {
            ct_title(title)
            hasUnsentTitle = false
        }
        ct_flush()
        hasUnsentFrame = false
    }

    /// Whether the terminal takes something now; a write would wait for an operator's Ctrl-Q else.
    private var isWritable: Bool {
        !isAttended || isHungUp || ct_output_is_ready() != 0
    }

    /// What the terminal shows at a place, or nil outside; for tests.
    func shownCell(row: Int, column: Int) -> ct_shown_cell? {
        var shown = ct_shown_cell()
        return ct_shown(Int32(row), Int32(column), &shown) == 0 ? shown : nil
    }
}

// MARK: - Stopping

extension Terminal {
    /// Gives the terminal back and stops this process with all its threads, as Ctrl-Z is expected
    /// to.
    ///
    /// It returns when the shell continues the process, or at once where no shell could, with the
    /// last frame back on the screen; `.resized` follows, since the size may be another.
    package func suspend() {
        ct_leave()
        ct_stop_process()
        retake()
    }

    /// Takes the terminal again after somebody else had it.
    func retake() {
        ct_enter()
        hasUnsentTitle = true
        let last = shown
        repaint()
        if let last {
            draw(last)
        }
        pending.append(.resized(size))
    }
}

// MARK: - Finding a description

extension Terminal {
    /// What most terminals of today understand, from rich to poor.
    static let fallbacks = ["xterm-256color", "xterm", "ansi"]

    /// The name under which the terminal is described on this machine.
    private static func usableTerm(
        _ options: Options
    ) throws(TerminalError) -> (term: String, notice: String?) {
        if options.isAttended {
            guard ct_is_terminal(options.input) != 0 else { throw .inputIsNotATerminal }
            guard ct_is_terminal(options.output) != 0 else { throw .outputIsNotATerminal }
        }
        let named = options.term ?? getenv("TERM").map { String(cString: $0) } ?? ""
        guard !named.isEmpty else { throw .termIsNotSet }
        switch Int(ct_terminfo_status(named)) {
        case CT_TERMINFO_USABLE: return (named, nil)
        case CT_TERMINFO_NO_CURSOR: throw .cannotPlaceCursor(term: named)
        case CT_TERMINFO_MISSING_DATABASE: throw .noTerminalDatabase(term: named)
        default: break
        }
        for fallback in fallbacks where Int(ct_terminfo_status(fallback)) == CT_TERMINFO_USABLE {
            let name = Sanitizer.sanitize(named, limit: 40)
            return (
                fallback, "The terminal \(name) is not described here; drawn as \(fallback)."
            )
        }
        throw .unknownTerminal(term: named, tried: fallbacks)
    }
}
