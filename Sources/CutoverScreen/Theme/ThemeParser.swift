/// Reads one `.theme` file.
///
/// ```
/// # A comment.
/// name = midnight
/// mode = dark
/// text = #d8dee9 on #11151c
/// banner_bad = #ff6b6b bold
/// banner_bad@16 = bright_red bold
/// banner_bad@mono = bold reverse
/// ```
///
/// The keys are `name`, `mode` (`dark`, `light` or `any`), `paint_background` and `cvd` (`yes` or
/// `no`), `inherits` (another theme's name), and the roles. A value of a role is
/// `[colour] [on colour] [bold] [dim] [underline] [reverse]`; what it leaves open is as in `text`.
struct ThemeParser {
    private let file: String
    private var seen: [String: Int] = [:]
    private var declaration = ThemeDeclaration()
    private(set) var diagnostics: [ThemeDiagnostic] = []

    init(file: String) {
        self.file = file
    }

    /// Reads the whole text; all its faults are in `diagnostics` afterwards.
    mutating func parse(_ text: String) -> ThemeDeclaration {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            parse(Words(line), line: index + 1)
        }
        declaration.lastLine = max(lines.last?.isEmpty == true ? lines.count - 1 : lines.count, 1)
        if declaration.name.isEmpty {
            fault(1, 1, "the theme has no name; write `name = NAME`")
        }
        return declaration
    }

    private mutating func parse(_ words: Words, line: Int) {
        guard let key = words.all.first else { return }
        guard words.all.count >= 2, words.all[1].text == "=" else {
            return fault(line, key.column, "expected `key = value`")
        }
        guard words.all.count >= 3 else {
            return fault(line, key.column, "`\(key.text)` has no value")
        }
        if let earlier = seen.updateValue(line, forKey: key.text) {
            fault(line, key.column, "`\(key.text)` is already set in line \(earlier)")
        }
        let values = Array(words.all.dropFirst(2))
        if let setting = ThemeDeclaration.Setting(rawValue: key.text) {
            parse(setting, values, line: line)
        } else {
            parseRole(key, values, line: line)
        }
    }

    private mutating func parse(
        _ setting: ThemeDeclaration.Setting,
        _ values: [Words.Word],
        line: Int
    ) {
        let value = values[0]
        for surplus in values.dropFirst() {
            fault(line, surplus.column, "`\(surplus.text)` is too much; one word is enough")
        }
        switch setting {
        case .name:
            declaration.name = value.text
        case .inherits:
            declaration.inherits = value.text
            declaration.inheritsPlace = (line, value.column)
        case .mode:
            declaration.mode = choice(value, of: Theme.Mode.allCases.map(\.rawValue), line: line)
                .flatMap(Theme.Mode.init(rawValue:))
        case .paintBackground:
            declaration.paintsBackground = choice(value, of: ["yes", "no"], line: line)
                .map { $0 == "yes" }
        case .cvd:
            declaration.isColorVisionSafe = choice(value, of: ["yes", "no"], line: line) == "yes"
        }
    }

    private mutating func choice(
        _ word: Words.Word,
        of choices: [String],
        line: Int
    ) -> String? {
        if choices.contains(word.text) { return word.text }
        let listed = choices.joined(separator: ", ")
        fault(line, word.column, "`\(word.text)` is none of: \(listed)")
        return nil
    }

    private mutating func parseRole(_ key: Words.Word, _ values: [Words.Word], line: Int) {
        let parts = key.text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let role = Role(name: name) else {
            let names =
                Role.allCases.map(\.name) + ThemeDeclaration.Setting.allCases.map(\.rawValue)
            let hint = didYouMean(name, among: names)
            return fault(line, key.column, "there is no role `\(name)`" + hint)
        }
        let style = parseStyle(values, line: line)
        switch parts.dropFirst().first {
        case nil:
            declaration.styles[role] = style
        case "16":
            declaration.at16[role] = style
        case "mono":
            declaration.mono[role] = style.attributes
            if style.foreground != nil || style.background != nil {
                fault(line, values[0].column, "`\(key.text)` can have attributes only, no colour")
            }
        case let depth?:
            let column = key.column + name.count + 1
            fault(line, column, "`@\(depth)` is none of: @16, @mono")
        }
    }

    private mutating func parseStyle(_ values: [Words.Word], line: Int) -> PartialStyle {
        var style = PartialStyle()
        var isBackground = false
        for word in values {
            if word.text == "on" {
                if isBackground || style.background != nil {
                    fault(line, word.column, "`on` stands twice")
                }
                isBackground = true
            } else if let attribute = Self.attributes[word.text] {
                style.attributes.insert(attribute)
            } else if let color = color(word, line: line) {
                if isBackground {
                    style.background = color
                } else if style.foreground == nil, style.background == nil {
                    style.foreground = color
                } else {
                    fault(
                        line,
                        word.column,
                        "`\(word.text)` is a second colour; write `on` before it"
                    )
                }
                isBackground = false
            } else {
                isBackground = false
            }
        }
        if isBackground, let last = values.last {
            fault(line, last.column, "a colour has to follow `on`")
        }
        return style
    }

    private mutating func color(_ word: Words.Word, line: Int) -> Color? {
        if let color = Color(themeWord: word.text) { return color }
        let message: String
        if word.text.first == "#" {
            message = "`\(word.text)` is not a colour; write six hexadecimal digits after `#`"
        } else if word.text.allSatisfy(\.isNumber) {
            message = "`\(word.text)` is not a colour; numbers go from 0 to 255"
        } else {
            let names = Color.names + ["default", "on"] + Self.attributes.keys.sorted()
            message = "`\(word.text)` is no colour" + didYouMean(word.text, among: names)
        }
        fault(line, word.column, message)
        return nil
    }

    private mutating func fault(_ line: Int, _ column: Int, _ message: String) {
        diagnostics.append(
            ThemeDiagnostic(
                file: file,
                line: line,
                column: column,
                message: Sanitizer.sanitize(message, limit: 300)
            )
        )
    }

    private static let attributes: [String: Attributes] = [
        "bold": .bold, "dim": .dim, "underline": .underline, "reverse": .reverse,
    ]
}

/// The words of a line with their columns, up to a comment.
///
/// `=` is a word of its own. A comment begins with `#` at the start of a word, unless that word
/// could be a colour: there `#` has to be followed by a space.
private struct Words {
    struct Word {
        var text: String

        /// From 1.
        let column: Int
    }

    private(set) var all: [Word] = []

    init(_ line: Substring) {
        var isInside = false
        for (index, character) in line.enumerated() {
            let column = index + 1
            if character.isWhitespace {
                isInside = false
            } else if character == "=", all.count == 1 {
                all.append(Word(text: "=", column: column))
                isInside = false
            } else if isInside {
                all[all.count - 1].text.append(character)
            } else if all.isEmpty, character == "#" {
                return
            } else {
                all.append(Word(text: String(character), column: column))
                isInside = true
            }
        }
        if let comment = all.firstIndex(where: { $0.text == "#" }) {
            all.removeSubrange(comment...)
        }
    }
}
