import CutoverCore

/// The choice of a release to deploy: known ones that match what is typed, or the typed name.
struct DeployForm: Hashable, Sendable {
    /// What stood on screen when the form was opened.
    let target: Target
    private(set) var field = TextField()
    private(set) var index = 0

    init(target: Target) {
        self.target = target
    }

    /// One line of the list.
    struct Choice: Hashable, Sendable {
        let release: ReleaseName
        let isKnown: Bool
    }

    /// What can be chosen: the exact name first, then known releases, then the typed one as new.
    func choices(known: [ReleaseName]) -> [Choice] {
        let typed = field.text
        guard !typed.isEmpty else { return known.map { Choice(release: $0, isKnown: true) } }
        let matches = known.filter {
            $0.rawValue.lowercased().contains(typed.lowercased())
        }
        let exact = matches.filter { $0.rawValue == typed }
        let others = matches.filter { $0.rawValue != typed }
        var choices = (exact + others).map { Choice(release: $0, isKnown: true) }
        if exact.isEmpty, fault == nil {
            choices.append(Choice(release: ReleaseName(rawValue: typed), isKnown: false))
        }
        return choices
    }

    func chosen(known: [ReleaseName]) -> Choice? {
        let choices = choices(known: known)
        return choices.isEmpty ? nil : choices[min(index, choices.count - 1)]
    }

    /// Why the typed name can be no release; `nil` when it can.
    var fault: String? {
        let text = field.text
        if text.hasPrefix("-") { return "a release's name does not begin with -" }
        return text.unicodeScalars.allSatisfy(Self.admits)
            ? nil : "a release's name has letters, digits and _ . : @ / + - only"
    }

    mutating func type(_ scalar: Unicode.Scalar) {
        field.append(scalar)
        index = 0
    }

    mutating func deleteLast() {
        field.deleteLast()
        index = 0
    }

    mutating func move(by distance: Int, known: [ReleaseName]) {
        let last = max(choices(known: known).count - 1, 0)
        index = min(max(min(index, last) + distance, 0), last)
    }

    private static func admits(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.isASCII else { return false }
        return scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
            || "_.:@/+-".unicodeScalars.contains(scalar)
    }
}
