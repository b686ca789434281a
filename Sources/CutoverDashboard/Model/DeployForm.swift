import CutoverCore

/// The choice of a release to deploy: known ones that match what is typed, or the typed name.
struct DeployForm: Hashable, Sendable {
    /// What stood on screen when the form was opened.
    let target: Target
    private(set) var field = TextField()
    /// The release under the cursor, by its name: the list changes while the form stands.
    private var cursor: ReleaseName?

    init(target: Target, in service: ServiceSnapshot) {
        self.target = target
        settle(in: service)
    }

    /// One line of the list.
    struct Choice: Hashable, Sendable {
        let release: ReleaseName
        let isKnown: Bool
        let standing: ReleaseStanding
    }

    /// What can be chosen: the exact name first, then known releases, then the typed one as new.
    func choices(of service: ServiceSnapshot) -> [Choice] {
        let typed = field.text
        let matches = service.knownReleases.filter { release in
            typed.isEmpty || release.rawValue.lowercased().contains(typed.lowercased())
        }
        let exact = matches.filter { $0.rawValue == typed }
        let others = matches.filter { $0.rawValue != typed }
        var choices = (exact + others).map { release in
            Choice(
                release: release,
                isKnown: true,
                standing: service.standings[release] ?? ReleaseStanding()
            )
        }
        if !typed.isEmpty, exact.isEmpty, fault == nil {
            let release = ReleaseName(rawValue: typed)
            choices.append(Choice(release: release, isKnown: false, standing: ReleaseStanding()))
        }
        return choices
    }

    /// The choice under the cursor; `nil` where there is none to choose.
    func chosen(of service: ServiceSnapshot) -> Choice? {
        let choices = choices(of: service)
        return choices.first { $0.release == cursor } ?? choices.first
    }

    /// Why the typed name can be no release; `nil` when it can.
    var fault: String? {
        let text = field.text
        if text.hasPrefix("-") { return "a release's name does not begin with -" }
        return text.unicodeScalars.allSatisfy(Self.admits)
            ? nil : "a release's name has letters, digits and _ . : @ / + - only"
    }

    mutating func type(_ scalar: Unicode.Scalar, in service: ServiceSnapshot) {
        field.append(scalar)
        settle(in: service)
    }

    mutating func deleteLast(in service: ServiceSnapshot) {
        field.deleteLast()
        settle(in: service)
    }

    mutating func move(by distance: Int, in service: ServiceSnapshot) {
        let choices = choices(of: service)
        let current = choices.firstIndex { $0.release == cursor } ?? 0
        guard !choices.isEmpty else { return }
        cursor = choices[min(max(current + distance, 0), choices.count - 1)].release
    }

    /// Puts the cursor on the name that is typed in full, else on the first release of which
    /// nothing is known that speaks against it.
    private mutating func settle(in service: ServiceSnapshot) {
        let choices = choices(of: service)
        let choice =
            choices.first { $0.isKnown && $0.release.rawValue == field.text }
            ?? choices.first { $0.isKnown && $0.standing == ReleaseStanding() }
            ?? choices.first { $0.standing.obstacle == nil }
            ?? choices.first
        cursor = choice?.release
    }

    private static func admits(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII else { return false }
        return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
            || "_.:@/+-".unicodeScalars.contains(scalar)
    }
}
