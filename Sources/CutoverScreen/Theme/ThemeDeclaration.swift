/// What one theme file says, before the theme that it inherits from is known.
struct ThemeDeclaration {
    /// The keys that are not roles.
    enum Setting: String, CaseIterable {
        case name
        case mode
        case paintBackground = "paint_background"
        case inherits
        case cvd
    }

    var name = ""
    var mode: Theme.Mode?
    var paintsBackground: Bool?
    var isColorVisionSafe = false
    var inherits: String?
    var inheritsPlace = (line: 1, column: 1)
    var styles: [Role: PartialStyle] = [:]
    var at16: [Role: PartialStyle] = [:]
    var mono: [Role: Attributes] = [:]

    /// Where to point for what is not there.
    var lastLine = 1

    /// The roles that neither this file nor the parent describes.
    func missingRoles(parent: Theme?) -> [Role] {
        parent == nil ? Role.allCases.filter { styles[$0] == nil } : []
    }

    /// The theme with all that it inherits.
    ///
    /// A role that is described here anew loses the parent's overrides for terminals of few
    /// colours, which were made for another look. Whether colour-blind eyes were thought of is not
    /// inherited.
    func theme(parent: Theme?) -> Theme {
        let declarations = Role.allCases.map { role in
            let own = styles[role].map { StyleDeclaration(style: $0) }
            var declared =
                own ?? parent?.declaration(of: role) ?? StyleDeclaration(style: PartialStyle())
            declared.at16 = at16[role] ?? declared.at16
            declared.mono = mono[role] ?? declared.mono
            return declared
        }
        return Theme(
            name: name,
            mode: mode ?? parent?.mode ?? .any,
            paintsBackground: paintsBackground ?? parent?.paintsBackground ?? true,
            isColorVisionSafe: isColorVisionSafe,
            declarations: declarations
        )
    }
}
