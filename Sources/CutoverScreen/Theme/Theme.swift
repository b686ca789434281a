/// What every role looks like.
package struct Theme: Sendable {
    /// The kind of background that a theme was made for.
    package enum Mode: String, CaseIterable, Sendable {
        case dark
        case light
        case any
    }

    package let name: String
    package let mode: Mode

    /// Whether the theme's own background covers the terminal's, or the terminal's shows through.
    package let paintsBackground: Bool

    /// Whether the theme claims that colour-blind eyes can tell its states apart by colour.
    package let isColorVisionSafe: Bool

    /// One declaration for each role, by its raw value.
    private let declarations: [StyleDeclaration]

    /// A theme with one declaration for each role, in the order of `Role.allCases`.
    init(
        name: String,
        mode: Mode,
        paintsBackground: Bool,
        isColorVisionSafe: Bool,
        declarations: [StyleDeclaration]
    ) {
        precondition(declarations.count == Role.allCases.count)
        self.name = name
        self.mode = mode
        self.paintsBackground = paintsBackground
        self.isColorVisionSafe = isColorVisionSafe
        self.declarations = declarations
    }

    func declaration(of role: Role) -> StyleDeclaration {
        declarations[Int(role.rawValue)]
    }

    /// The style that the theme names for a role, before any terminal's limits.
    ///
    /// What a role leaves open it takes from the role `text`, so that no role sets a foreground on
    /// a background it does not know.
    package func style(of role: Role) -> Style {
        resolve(declaration(of: role).style, with: declaration(of: .text).style)
    }

    /// Fills what a declaration leaves open from the one of `text`.
    func resolve(_ style: PartialStyle, with text: PartialStyle) -> Style {
        Style(
            foreground: style.foreground ?? text.foreground ?? .default,
            background: style.background ?? text.background ?? .default,
            attributes: style.attributes
        )
    }
}

/// A style as a theme file writes it: what is not written is nil.
struct PartialStyle: Equatable, Sendable {
    var foreground: Color?
    var background: Color?
    var attributes: Attributes = []
}

/// All that a theme file says about a role.
struct StyleDeclaration: Equatable, Sendable {
    var style: PartialStyle

    /// Overrides the automatic reduction to 16 colours, and to 8.
    var at16: PartialStyle?

    /// Overrides the automatic reduction to no colours.
    var mono: Attributes?
}
