/// What a cell means, so that a theme can decide how it looks.
///
/// Views name roles and never colours. A role has a name, which theme files use, and a letter,
/// which golden files use.
package enum Role: UInt8, CaseIterable, Sendable {
    /// Ordinary words and numbers.
    case text
    /// What matters least: units, hints of hints, times of old events.
    case muted
    /// The name of a pane.
    case title
    /// Lines and boxes.
    case border
    /// The box of the pane that has the keys.
    case borderFocus
    /// The top row.
    case header
    /// The environment's name in the top row where it is production.
    case headerEnvProd
    /// The banner for something to look at.
    case bannerWarn
    /// The banner for something that is wrong.
    case bannerBad
    /// A key that does something here.
    case keyHint
    /// A key that is refused here.
    case keyHintOff
    /// The message row: done.
    case messageOk
    /// The message row: refused, or mind this.
    case messageWarn
    /// The message row: failed.
    case messageBad
    /// The selected row of the pane that has the keys.
    case selected
    /// The selected row of another pane.
    case selectedOff
    /// A row that was marked.
    case marked
    /// The part of a text that a filter found.
    case match
    /// A value that changed since the last frame.
    case changed
    /// Figures that are too old to act on.
    case stale
    /// The word that says the display is frozen.
    case frozen
    /// The word of the blue side.
    case blue
    /// The word of the green side.
    case green
    /// Blue's part of a bar.
    case blueFill
    /// Green's part of a bar.
    case greenFill
    /// The word LIVE.
    case live
    /// The word CANDIDATE.
    case candidate
    /// An instance that is starting.
    case starting
    /// An instance that is being probed and takes no traffic.
    case warming
    /// An instance that is up.
    case healthy
    /// An instance that is up and worse than its peers.
    case degraded
    /// An instance that is down.
    case unhealthy
    /// An instance that is finishing what it began.
    case draining
    /// An instance that has ended.
    case stopped
    /// A step of the plan that is done.
    case stepDone
    /// The step that runs.
    case stepNow
    /// The step that waits for somebody.
    case stepHeld
    /// A step to come.
    case stepTodo
    /// The step that failed.
    case stepFailed
    /// A gate or check that passes.
    case gateOk
    /// A gate or check that fails.
    case gateBad
    /// A dialog.
    case dialog
    /// A dialog whose answer can hurt.
    case dialogGrave
}

extension Role {
    /// The roles that are laid under others.
    package static let grounds: [Role] = [.selected, .selectedOff]

    /// The name in theme files, such as `banner_warn`.
    package var name: String { legend.name }

    /// The letter in golden files; no two roles share one.
    package var letter: Character { legend.letter }

    /// The role that theme files call `name`, or nil.
    package init?(name: String) {
        guard let role = Role.allCases.first(where: { $0.name == name }) else { return nil }
        self = role
    }

    private var legend: (name: String, letter: Character) {
        switch self {
        case .text: ("text", "n")
        case .muted: ("muted", "m")
        case .title: ("title", "t")
        case .border: ("border", "l")
        case .borderFocus: ("border_focus", "L")
        case .header: ("header", "H")
        case .headerEnvProd: ("header_env_prod", "P")
        case .bannerWarn: ("banner_warn", "Y")
        case .bannerBad: ("banner_bad", "X")
        case .keyHint: ("key_hint", "k")
        case .keyHintOff: ("key_hint_off", "q")
        case .messageOk: ("message_ok", "o")
        case .messageWarn: ("message_warn", "a")
        case .messageBad: ("message_bad", "e")
        case .selected: ("selected", "S")
        case .selectedOff: ("selected_off", "O")
        case .marked: ("marked", "M")
        case .match: ("match", "x")
        case .changed: ("changed", "c")
        case .stale: ("stale", "A")
        case .frozen: ("frozen", "F")
        case .blue: ("blue", "b")
        case .green: ("green", "g")
        case .blueFill: ("blue_fill", "B")
        case .greenFill: ("green_fill", "G")
        case .live: ("live", "v")
        case .candidate: ("candidate", "i")
        case .starting: ("starting", "s")
        case .warming: ("warming", "w")
        case .healthy: ("healthy", "h")
        case .degraded: ("degraded", "d")
        case .unhealthy: ("unhealthy", "u")
        case .draining: ("draining", "r")
        case .stopped: ("stopped", "z")
        case .stepDone: ("step_done", "D")
        case .stepNow: ("step_now", "N")
        case .stepHeld: ("step_held", "E")
        case .stepTodo: ("step_todo", "T")
        case .stepFailed: ("step_failed", "Q")
        case .gateOk: ("gate_ok", "y")
        case .gateBad: ("gate_bad", "f")
        case .dialog: ("dialog", "j")
        case .dialogGrave: ("dialog_grave", "J")
        }
    }
}
