extension Unicode.Scalar {
    /// How many columns a terminal gives the scalar: 0, 1 or 2.
    ///
    /// Meaningful for scalars that are displayable; independent of the locale and of the C library.
    package var displayWidth: Int {
        if value < 0x300 { return 1 }
        if isCombiningMark { return 0 }
        return WideScalars.contains(value) ? 2 : 1
    }

    /// Whether the scalar is drawn over the one before it and takes no column.
    package var isCombiningMark: Bool {
        guard value >= 0x300 else { return false }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return isDisplayable
        default: return false
        }
    }

    /// Whether the scalar may reach a terminal: it has a visible shape and steers nothing.
    ///
    /// Controls, bidirectional and other format characters, tags, fillers, line separators, private use
    /// and unassigned scalars may not; nor may skin tones, which some terminals join to the glyph
    /// before and others do not.
    package var isDisplayable: Bool {
        if value < 0x7F { return value >= 0x20 }
        if value < 0xA0 || value == 0xAD { return false }
        if value < 0x300 { return true }
        if (0x1F3FB...0x1F3FF).contains(value) { return false }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator:
            return false
        default:
            return !properties.isDefaultIgnorableCodePoint
        }
    }
}

extension StringProtocol {
    /// How many columns the text takes in a buffer.
    package var displayWidth: Int {
        unicodeScalars.reduce(0) { sum, scalar in
            if scalar.isCombiningMark { return sum }
            return sum + (scalar.isDisplayable ? scalar.displayWidth : 1)
        }
    }
}
