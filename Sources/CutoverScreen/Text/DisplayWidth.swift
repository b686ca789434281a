/// How a scalar stands in a terminal's cells.
enum ScalarShape {
    /// It takes one column.
    case narrow

    /// It takes two columns.
    case wide

    /// It is drawn over the one before and takes no column.
    case mark

    /// It has no visible shape of its own, or steers the terminal, and may not reach one.
    case hidden
}

extension Unicode.Scalar {
    /// How the scalar stands in cells, independent of the locale and of the C library.
    ///
    /// Hidden are controls, bidirectional and other format characters, tags, fillers, line
    /// separators, private use and unassigned scalars; and skin tones, which some terminals join to
    /// the glyph before and others do not.
    var shape: ScalarShape {
        switch value {
        case 0x20..<0x7F, 0xA0..<0xAD, 0xAE..<0x300: return .narrow
        case 0..<0x300: return .hidden
        // Lines, blocks and geometric shapes, which fill half of every frame.
        case 0x2500..<0x25FD: return .narrow
        case 0x1F3FB...0x1F3FF: return .hidden
        default: break
        }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            return .hidden
        case .nonspacingMark, .enclosingMark:
            return properties.isDefaultIgnorableCodePoint ? .hidden : .mark
        default:
            if properties.isDefaultIgnorableCodePoint { return .hidden }
            return WideScalars.contains(value) ? .wide : .narrow
        }
    }

    /// Whether the scalar may reach a terminal: it has a visible shape and steers nothing.
    package var isDisplayable: Bool { shape != .hidden }

    /// How many columns a buffer gives the scalar: 0, 1 or 2; what is hidden is shown by a sign of
    /// 1.
    package var displayWidth: Int {
        switch shape {
        case .narrow, .hidden: 1
        case .wide: 2
        case .mark: 0
        }
    }
}

extension StringProtocol {
    /// How many columns the text takes in a buffer.
    package var displayWidth: Int {
        unicodeScalars.reduce(0) { $0 + $1.displayWidth }
    }
}
