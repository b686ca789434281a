import CutoverCore
import CutoverScreen

@testable import CutoverDashboard

/// A person in front of a dashboard: presses keys, waits, and sees each frame before the next key.
struct Console {
    var model: DashboardModel
    private(set) var commands: [DashboardCommand] = []
    private(set) var now = noon
    private static let themes = ShippedThemes.catalog()

    init(
        _ snapshot: EngineSnapshot? = nil,
        size: Size = Size(columns: 80, rows: 24),
        glyphs: Glyphs = .unicode,
        hosting: EngineHosting = .here
    ) {
        let themes = Self.themes
        guard let theme = themes.themes["midnight"] else {
            preconditionFailure("midnight is shipped")
        }
        model = DashboardModel(
            actor: Actor(name: "alice@pts/3"),
            hosting: hosting,
            glyphs: glyphs,
            themes: themes,
            theme: theme,
            size: size,
            now: noon
        )
        if let snapshot {
            give(.snapshot(snapshot))
            give(.drawn)
        }
    }

    mutating func give(_ input: DashboardInput) {
        commands += model.handle(input, now: now)
    }

    mutating func wait(_ duration: Duration) {
        now = now + duration
    }

    /// A newer state of everything.
    mutating func show(_ snapshot: EngineSnapshot) {
        var snapshot = snapshot
        snapshot.at = now
        give(.snapshot(snapshot))
        give(.drawn)
    }

    /// Presses one key after the other, as slowly as a person, and looks at each frame.
    mutating func press(_ keys: Key...) {
        for key in keys {
            wait(.milliseconds(300))
            give(.keys([key]))
            give(.drawn)
        }
    }

    /// Answers the question for the log on screen; what has kept its log wrote nothing since.
    mutating func answerRead() {
        guard let reading = model.reading, reading.isAwaited else { return }
        let port = 9100 + reading.instance.number
        let hasKept = model.instance?.evidence.log.isEmpty == false
        let lines = hasKept ? [] : ["listening on 127.0.0.1:\(port)", "GET /cart/9f1 200 118ms"]
        give(.log(reading.instance, of: reading.service, lines: lines))
    }

    mutating func type(_ text: String) {
        for scalar in text.unicodeScalars {
            press(.character(scalar))
        }
    }

    /// What was sent to the engine so far.
    var sent: [EngineCommand] {
        commands.compactMap { command in
            if case .send(let sent) = command { return sent }
            return nil
        }
    }

    var message: String { model.message?.text ?? "" }

    var frame: Buffer {
        var buffer = Buffer(model.size)
        draw(model, into: &buffer)
        return buffer
    }

    mutating func forgetCommands() {
        commands = []
    }
}

extension Key: ExpressibleByUnicodeScalarLiteral {
    /// A printable key, so that tests read as what is pressed.
    public init(unicodeScalarLiteral value: Unicode.Scalar) {
        self = .character(value)
    }
}
