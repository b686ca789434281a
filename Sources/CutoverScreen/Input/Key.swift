/// One key press, or what else a terminal reports among them.
package enum Key: Hashable, Sendable {
    /// A printable character, the space included.
    case character(Unicode.Scalar)

    /// Ctrl with a small letter or sign, such as `.control("l")`.
    ///
    /// Ctrl-H, Ctrl-I, Ctrl-J and Ctrl-M are backspace, tab and enter to a terminal and arrive as
    /// such.
    case control(Unicode.Scalar)

    /// Alt with a character.
    case alt(Unicode.Scalar)

    case up
    case down
    case left
    case right
    case home
    case end
    case pageUp
    case pageDown
    case enter
    case escape
    case tab
    case backTab
    case backspace
    case delete
    case insert

    /// F1 is 1.
    case function(Int)

    /// What follows up to `pasteEnd` was pasted, not typed.
    case pasteBegin
    case pasteEnd

    /// A key or a report of the terminal that means nothing here.
    case unknown
}
