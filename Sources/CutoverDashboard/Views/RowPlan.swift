/// Spends the rows of an area on its sections in the order in which they are asked for.
struct RowPlan<Section: Hashable> {
    private(set) var free: Int
    private var granted: [Section: Int] = [:]

    init(rows: Int) {
        free = max(rows, 0)
    }

    /// The rows that a section got, all its wishes together.
    subscript(section: Section) -> Int { granted[section] ?? 0 }

    /// Gives a section up to `rows` more rows; nothing at all if it would be less than `least`.
    mutating func want(_ section: Section, _ rows: Int, least: Int = 1) {
        let given = min(rows, free)
        guard given >= least, given > 0 else { return }
        granted[section, default: 0] += given
        free -= given
    }
}
