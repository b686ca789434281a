/// The signs that a screen is drawn with, in one of two sets.
///
/// Every sign of the Unicode set takes one column and none is emoji-capable, since terminals
/// disagree on the width and colour of those. The ASCII set is for locales without UTF-8 and for
/// fonts that draw ambiguous signs two columns wide.
package struct Glyphs: Equatable, Sendable {
    // MARK: States of an instance
    package let starting: String
    package let warming: String
    package let healthy: String
    package let degraded: String
    package let unhealthy: String
    package let draining: String
    package let stopped: String

    // MARK: Steps of a plan
    package let stepDone: String
    package let stepNow: String
    package let stepHeld: String
    package let stepTodo: String
    package let stepFailed: String

    // MARK: Verdicts
    package let pass: String
    package let fail: String
    package let inconclusive: String

    // MARK: Bars
    package let blueFill: String
    package let greenFill: String
    package let barEmpty: String

    /// Of a bar that measures time: it must not look like a share of the traffic.
    package let timeFill: String

    /// Parts of a bar's last cell in eighths, from one eighth to full.
    package let eighthsAcross: [String]

    /// Heights of a sparkline, from lowest to full.
    package let eighthsUp: [String]

    // MARK: Lines
    package let horizontal: String
    package let vertical: String
    package let topLeft: String
    package let topRight: String
    package let bottomLeft: String
    package let bottomRight: String

    /// Between steps that are behind.
    package let lineDone: String

    /// Between steps that are to come.
    package let lineTodo: String

    // MARK: Signs
    package let cursor: String
    package let alert: String
    package let ellipsis: String
    package let arrow: String
    package let enterKey: String
    package let held: String
}

extension Glyphs {
    package static let unicode = Glyphs(
        starting: "◌",
        warming: "◐",
        healthy: "●",
        degraded: "▲",
        unhealthy: "✗",
        draining: "▽",
        stopped: "○",
        stepDone: "✓",
        stepNow: "◐",
        stepHeld: "‖",
        stepTodo: "○",
        stepFailed: "✗",
        pass: "✓",
        fail: "✗",
        inconclusive: "?",
        blueFill: "█",
        greenFill: "▒",
        barEmpty: "·",
        timeFill: "━",
        eighthsAcross: ["▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"],
        eighthsUp: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
        horizontal: "─",
        vertical: "│",
        topLeft: "┌",
        topRight: "┐",
        bottomLeft: "└",
        bottomRight: "┘",
        lineDone: "─",
        lineTodo: "·",
        cursor: "›",
        alert: "▲",
        ellipsis: "…",
        arrow: "→",
        enterKey: "⏎",
        held: "‖"
    )

    package static let ascii = Glyphs(
        starting: ".",
        warming: "o",
        healthy: "*",
        degraded: "!",
        unhealthy: "x",
        draining: "v",
        stopped: "_",
        stepDone: "[x]",
        stepNow: "[>]",
        stepHeld: "[=]",
        stepTodo: "[ ]",
        stepFailed: "[!]",
        pass: "ok",
        fail: "FAIL",
        inconclusive: "?",
        blueFill: "#",
        greenFill: "=",
        barEmpty: ".",
        timeFill: "-",
        eighthsAcross: [" ", " ", " ", " ", "#", "#", "#", "#"],
        eighthsUp: ["_", ".", ",", "-", "=", "+", "*", "#"],
        horizontal: "-",
        vertical: "|",
        topLeft: "+",
        topRight: "+",
        bottomLeft: "+",
        bottomRight: "+",
        lineDone: "-",
        lineTodo: ".",
        cursor: ">",
        alert: "!",
        ellipsis: "~",
        arrow: "->",
        enterKey: "enter",
        held: "[=]"
    )
}
