/// Judges by numbers whether a theme can be read and its states told apart.
package enum ThemeLint {
    /// The contrast that words need (WCAG 2, level AA).
    package static let leastTextContrast = 4.5

    /// The contrast that fills, lines and words that are switched off need.
    package static let leastFillContrast = 3.0

    /// The distance in Lab that roles need which must not be mistaken for each other.
    package static let leastDistance = 20.0

    /// The colour pairs that a terminal of 8 colours has, without the one that is fixed.
    package static let mostPairs = 63

    /// What must not be mistaken for each other.
    static let pairs: [(Role, Role)] = [
        (.blue, .green), (.blueFill, .greenFill), (.healthy, .unhealthy), (.healthy, .degraded),
        (.degraded, .unhealthy), (.gateOk, .gateBad), (.selected, .text), (.candidate, .blue),
        (.stepNow, .blueFill),
    ]

    /// What stands in rows that can be selected.
    static let rowRoles: [Role] = [
        .text, .muted, .starting, .warming, .healthy, .degraded, .unhealthy, .draining, .stopped,
        .blue, .green, .stepNow, .stepHeld, .stepFailed,
    ]

    /// The roles that draw areas and lines, and words that are meant to step back.
    static let fills: Set<Role> = [
        .blueFill, .greenFill, .border, .borderFocus, .keyHintOff, .stepTodo, .stopped,
    ]

    /// Everything that is wrong with the theme; empty when it is good.
    package static func findings(in theme: Theme) -> [ThemeFinding] {
        contrasts(theme) + rowContrasts(theme) + distances(theme, depth: nil)
            + distances(theme, depth: .colors256) + distances(theme, depth: .colors16)
            + pairCount(theme)
    }

    private static func contrasts(_ theme: Theme) -> [ThemeFinding] {
        Role.allCases.compactMap { role in
            guard let contrast = theme.style(of: role).contrast else { return nil }
            let least = fills.contains(role) ? leastFillContrast : leastTextContrast
            guard contrast < least else { return nil }
            return ThemeFinding(
                theme: theme.name,
                fault: .contrast(role, on: nil, measured: contrast, least: least)
            )
        }
    }

    /// Colours that say something must be readable in a selected row too.
    private static func rowContrasts(_ theme: Theme) -> [ThemeFinding] {
        Role.grounds.flatMap { ground in
            rowRoles.compactMap { role in
                let style = theme.style(of: role == .text ? ground : role)
                    .laid(on: theme.style(of: ground))
                // Reversed, the colours of both change their places.
                guard !style.attributes.contains(.reverse), let contrast = style.contrast,
                    contrast < leastFillContrast
                else { return nil }
                return ThemeFinding(
                    theme: theme.name,
                    fault: .contrast(role, on: ground, measured: contrast, least: leastFillContrast)
                )
            }
        }
    }

    /// Judges the colours of one depth, or for nil those that the theme names.
    private static func distances(_ theme: Theme, depth: ColorDepth?) -> [ThemeFinding] {
        // A theme without any colour leaves the difference to signs and words altogether.
        let isColorless = Role.allCases.allSatisfy { role in
            let style = theme.style(of: role)
            return style.foreground == .default && style.background == .default
        }
        guard !isColorless else { return [] }
        let visions = theme.isColorVisionSafe ? ColorVision.allCases : [.normal]
        var findings: [ThemeFinding] = []
        for (one, other) in pairs {
            for vision in visions {
                let distance = distance(
                    look(of: one, in: theme, depth: depth),
                    look(of: other, in: theme, depth: depth),
                    vision: vision
                )
                guard let distance, distance < leastDistance else { continue }
                findings.append(
                    ThemeFinding(
                        theme: theme.name,
                        fault: .distance(one, other, vision, depth, measured: distance)
                    )
                )
            }
        }
        return findings
    }

    private static func look(of role: Role, in theme: Theme, depth: ColorDepth?) -> Style {
        depth.map { theme.style(of: role, depth: $0) } ?? theme.style(of: role)
    }

    /// How far apart two looks are, by what differs more; nil where only the owner's eyes can tell.
    private static func distance(_ one: Style, _ other: Style, vision: ColorVision) -> Double? {
        // Reversed against not reversed cannot be mistaken.
        if one.attributes.symmetricDifference(other.attributes).contains(.reverse) { return nil }
        let foregrounds = distance(one.foreground, other.foreground, vision: vision)
        let backgrounds = distance(one.background, other.background, vision: vision)
        guard let foregrounds, let backgrounds else { return nil }
        return max(foregrounds, backgrounds)
    }

    private static func distance(
        _ one: Color,
        _ other: Color,
        vision: ColorVision
    ) -> Double? {
        if one == other { return 0 }
        guard let one = one.appearance, let other = other.appearance else { return nil }
        return one.distance(to: other, vision: vision)
    }

    private static func pairCount(_ theme: Theme) -> [ThemeFinding] {
        let styles =
            Role.allCases.map { theme.style(of: $0, depth: .colors8) }
            + Role.grounds.flatMap { ground in
                rowRoles.map { theme.style(of: $0, on: ground, depth: .colors8) }
            }
        let count = Set(styles.map { [$0.foreground, $0.background] }).count
        guard count > mostPairs else { return [] }
        return [ThemeFinding(theme: theme.name, fault: .pairs(count))]
    }
}

/// One thing that is wrong with the look of a theme.
package struct ThemeFinding: Equatable, Sendable, CustomStringConvertible {
    package enum Fault: Equatable, Sendable {
        case contrast(Role, on: Role?, measured: Double, least: Double)

        /// The depth is nil for the colours as the theme names them.
        case distance(Role, Role, ColorVision, ColorDepth?, measured: Double)
        case pairs(Int)
    }

    package let theme: String
    package let fault: Fault

    package var description: String {
        switch fault {
        case .contrast(let role, let ground, let measured, let least):
            let place = ground.map { " on \($0.name)" } ?? ""
            return "\(theme): \(role.name)\(place) has a contrast of \(tenths(measured)), "
                + "less than \(tenths(least))"
        case .distance(let one, let other, let vision, let depth, let measured):
            let terminal = depth.map { " with \($0.rawValue) colours" } ?? ""
            return "\(theme): \(one.name) and \(other.name) are \(tenths(measured)) apart "
                + "in \(vision.rawValue) sight\(terminal), "
                + "less than \(tenths(ThemeLint.leastDistance))"
        case .pairs(let count):
            return "\(theme): \(count) pairs of colours with 8 colours, "
                + "more than \(ThemeLint.mostPairs)"
        }
    }

    private func tenths(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded(.down))
        return "\(tenths / 10).\(tenths % 10)"
    }
}
