import CutoverScreen

/// The list of themes, with the chosen one already on screen.
struct ThemePicker: Hashable, Sendable {
    let names: [String]
    private(set) var index: Int
    /// What comes back when the operator leaves without choosing.
    let before: Theme

    init(of catalog: ThemeCatalog, current: Theme) {
        names = catalog.themes.keys.sorted()
        index = names.firstIndex(of: current.name) ?? 0
        before = current
    }

    var chosen: String { names.indices.contains(index) ? names[index] : before.name }

    mutating func move(by distance: Int) {
        index = min(max(index + distance, 0), max(names.count - 1, 0))
    }

    static func == (left: ThemePicker, right: ThemePicker) -> Bool {
        left.names == right.names && left.index == right.index
            && left.before.name == right.before.name
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(names)
        hasher.combine(index)
    }
}
