import CTerminal
import CutoverScreen

/// How each role is drawn on this terminal: a pair of colours and attributes.
///
/// Pairs are scarce on old terminals (64 with 8 colours), so roles that look alike share one.
struct Palette {
    /// How curses is told one role's style.
    struct Look: Equatable {
        var pair: Int32
        var attributes: Attributes
    }

    /// The colours of a pair, from pair 1 on; nil is the terminal's own.
    private(set) var pairs: [Pair] = []

    /// By the role's raw value; then the same on each of the grounds.
    private var looks: [Look] = []

    struct Pair: Hashable {
        var foreground: Int32
        var background: Int32
    }

    /// A look for every role.
    ///
    /// Pair 0 is the terminal's own colours. Roles for which no pair is left get it too: they can
    /// be read, and shapes and words tell what they mean. On a terminal with direct colours,
    /// numbers from 8 on are themselves red, green and blue.
    init(theme: Theme, depth: ColorDepth, pairLimit: Int, hasDirectColors: Bool = false) {
        var numbers: [Pair: Int32] = [Pair(foreground: -1, background: -1): 0]
        let styles =
            Role.allCases.map { theme.style(of: $0, depth: depth) }
            + Role.grounds.flatMap { ground in
                Role.allCases.map { theme.style(of: $0, on: ground, depth: depth) }
            }
        for style in styles {
            let pair = Pair(
                foreground: Self.number(style.foreground, isDirect: hasDirectColors),
                background: Self.number(style.background, isDirect: hasDirectColors)
            )
            if numbers[pair] == nil, pairs.count + 1 < pairLimit {
                pairs.append(pair)
                numbers[pair] = Int32(pairs.count)
            }
            looks.append(Look(pair: numbers[pair] ?? 0, attributes: style.attributes))
        }
    }

    func look(of cell: Cell) -> Look {
        let ground = cell.ground.flatMap { Role.grounds.firstIndex(of: $0) }
        let block = ground.map { $0 + 1 } ?? 0
        var look = looks[block * Role.allCases.count + Int(cell.role.rawValue)]
        look.attributes.formUnion(cell.emphasis)
        return look
    }

    /// The number of a reduced colour; -1 for the terminal's own.
    private static func number(_ color: Color, isDirect: Bool) -> Int32 {
        guard case .indexed(let number) = color else { return -1 }
        guard isDirect, number >= 8, let rgb = color.appearance else { return Int32(number) }
        let packed = Int32(rgb.red) << 16 | Int32(rgb.green) << 8 | Int32(rgb.blue)
        // Black would count as number 0, which the owner may have changed.
        return max(packed, 8)
    }
}

extension ct_cell {
    /// What curses is told of a cell.
    init(_ cell: Cell, look: Palette.Look) {
        self.init(
            glyph: cell.scalar.value,
            mark: cell.mark?.value ?? 0,
            pair: look.pair,
            attributes: look.attributes.rawValue,
            columns: cell.columns
        )
    }
}
