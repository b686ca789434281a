extension Theme {
    /// The style of a role with no more than what a terminal of that depth can show.
    ///
    /// Its colours are numbers below the depth, or the terminal's own. RGB becomes the nearest
    /// number in Lab; where that would leave the foreground unreadable on its background, the
    /// nearest that is readable.
    package func style(of role: Role, depth: ColorDepth) -> Style {
        guard depth > .mono else { return monochrome(role) }
        return reduce(declared(role, depth), depth)
    }

    /// The same with the background and weight of another role under it.
    package func style(of role: Role, on ground: Role, depth: ColorDepth) -> Style {
        // Plain words look as the theme wants words to look there.
        guard role != .text else { return style(of: ground, depth: depth) }
        guard depth > .mono else {
            let attributes = monochrome(role).attributes.union(monochrome(ground).attributes)
            return Style(attributes: attributes)
        }
        return reduce(declared(role, depth).laid(on: declared(ground, depth)), depth)
    }

    /// As the theme writes it for terminals of that depth.
    private func declared(_ role: Role, _ depth: ColorDepth) -> Style {
        guard depth <= .colors16, let override = declaration(of: role).at16 else {
            return style(of: role)
        }
        let text = declaration(of: .text)
        return resolve(override, with: text.at16 ?? text.style)
    }

    private func reduce(_ exact: Style, _ depth: ColorDepth) -> Style {
        let background = depth.reduce(exact.background)
        let isBase = exact.background == base(depth)
        return Style(
            foreground: depth.reduce(
                exact.foreground,
                on: background,
                keeping: exact.contrast
            ),
            background: isBase && !paintsBackground ? .default : background,
            attributes: exact.attributes
        )
    }

    /// The background on which most roles stand.
    private func base(_ depth: ColorDepth) -> Color {
        let text = declaration(of: .text)
        let override = depth <= .colors16 ? text.at16?.background : nil
        return override ?? text.style.background ?? .default
    }

    /// A role with a background of its own is reversed, since that is what the background was for.
    private func monochrome(_ role: Role) -> Style {
        if let attributes = declaration(of: role).mono {
            return Style(attributes: attributes)
        }
        var attributes = style(of: role).attributes
        if style(of: role).background != style(of: .text).background {
            attributes.insert(.reverse)
        }
        return Style(attributes: attributes)
    }
}

extension Style {
    /// Its foreground on another's background, with the attributes of both.
    func laid(on ground: Style) -> Style {
        Style(
            foreground: foreground,
            background: ground.background,
            attributes: attributes.union(ground.attributes)
        )
    }

    /// The contrast of foreground and background, or nil where the terminal's owner decides one.
    package var contrast: Double? {
        guard let foreground = foreground.appearance, let background = background.appearance else {
            return nil
        }
        return foreground.contrast(with: background)
    }
}

extension Color {
    /// What the colour looks like on a terminal with 256 colours; nil for the terminal's own.
    package var appearance: RGB? {
        switch self {
        case .default: nil
        case .indexed(let number): ColorDepth.colors256.palette[Int(number)]
        case .rgb(let rgb): rgb
        }
    }
}

extension ColorDepth {
    /// The contrast below which a reduced colour counts as unreadable.
    private static let leastContrast = 3.0

    /// The colour as a terminal of this depth can show it.
    package func reduce(_ color: Color) -> Color {
        reduce(color, on: .default, keeping: nil)
    }

    /// The colour for a foreground, readable if it was so before.
    ///
    /// The background is one of this depth. The contrast is that of the two before they were
    /// reduced, or nil where it is not known.
    func reduce(_ color: Color, on background: Color, keeping contrast: Double?) -> Color {
        guard self > .mono, let wanted = color.appearance else { return .default }
        if case .indexed(let number) = color, isWithin(number) { return color }
        let perceptions = perceptions
        let under = contrast == nil ? nil : number(of: background).map { perceptions[$0] }
        let least = min(contrast ?? 1, Self.leastContrast)
        let target = Perception(wanted).lab
        var best: (number: Int, distance: Double)?
        for number in matchable {
            let candidate = perceptions[number]
            if let under, candidate.contrast(with: under) < least { continue }
            let distance = candidate.lab.distance(to: target)
            if distance < best?.distance ?? .infinity {
                best = (number, distance)
            }
        }
        return best.map { .indexed(UInt8($0.number)) } ?? .default
    }

    /// Whether a number means the same at this depth as with 256 colours.
    private func isWithin(_ number: UInt8) -> Bool {
        self == .colors256 || Int(number) < min(rawValue, 16)
    }

    /// The number of a colour of this depth; nil for the terminal's own.
    private func number(of color: Color) -> Int? {
        guard case .indexed(let number) = color, Int(number) < rawValue else { return nil }
        return Int(number)
    }

    /// What a colour of this depth looks like; nil for the terminal's own.
    func appearance(of color: Color) -> RGB? {
        number(of: color).map { palette[$0] }
    }
}
