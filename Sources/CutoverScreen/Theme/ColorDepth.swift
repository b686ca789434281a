/// How many colours a terminal can show.
package enum ColorDepth: Int, CaseIterable, Comparable, Sendable {
    /// None, by its kind or because the operator wants none.
    case mono = 0
    case colors8 = 8
    case colors16 = 16
    case colors88 = 88
    case colors256 = 256

    /// The largest depth that needs no more colours than that.
    package init(colors: Int) {
        self = ColorDepth.allCases.last { $0.rawValue <= colors } ?? .mono
    }

    package static func < (left: ColorDepth, right: ColorDepth) -> Bool {
        left.rawValue < right.rawValue
    }

    /// What the numbered colours look like, as xterm has them.
    ///
    /// Owners change the first 16 at will; for those this is a guess, the best there is.
    var palette: [RGB] {
        switch self {
        case .mono: []
        case .colors8: Array(Palette.ansi.prefix(8))
        case .colors16: Palette.ansi
        case .colors88: Palette.xterm88
        case .colors256: Palette.xterm256
        }
    }

    /// The numbers that may stand for an RGB colour.
    ///
    /// With 88 and 256 colours only the fixed ones, since the first 16 may look like anything.
    var matchable: Range<Int> {
        self >= .colors88 ? 16..<rawValue : 0..<rawValue
    }

    /// The palette as it is perceived, made once, since a theme asks for it a hundred times.
    var perceptions: [Perception] {
        switch self {
        case .mono: []
        case .colors8: Array(Palette.ansiPerceptions.prefix(8))
        case .colors16: Palette.ansiPerceptions
        case .colors88: Palette.xterm88Perceptions
        case .colors256: Palette.xterm256Perceptions
        }
    }
}

private enum Palette {
    static let ansi = [
        0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
        0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF,
    ].map { RGB($0) }

    static let xterm88 =
        ansi + cube([0x00, 0x8B, 0xCD, 0xFF])
        + greys([0x2E, 0x5C, 0x73, 0x8B, 0xA2, 0xB9, 0xD0, 0xE7])

    static let xterm256 =
        ansi + cube([0x00, 0x5F, 0x87, 0xAF, 0xD7, 0xFF])
        + greys((0..<24).map { 8 + 10 * $0 })

    static let ansiPerceptions = ansi.map { Perception($0) }
    static let xterm88Perceptions = xterm88.map { Perception($0) }
    static let xterm256Perceptions = xterm256.map { Perception($0) }

    private static func cube(_ levels: [UInt8]) -> [RGB] {
        levels.flatMap { red in
            levels.flatMap { green in levels.map { blue in RGB(red, green, blue) } }
        }
    }

    private static func greys(_ levels: [UInt8]) -> [RGB] {
        levels.map { RGB($0, $0, $0) }
    }
}
