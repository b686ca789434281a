/// The text of one `.theme` file.
package struct ThemeSource: Sendable {
    /// What diagnostics call it, usually its path.
    package let file: String
    package let text: String

    package init(file: String, text: String) {
        self.file = file
        self.text = text
    }
}

/// The themes that an operator can choose from.
package struct ThemeCatalog: Sendable {
    /// By name; only those without a fault.
    package private(set) var themes: [String: Theme] = [:]

    /// Every fault of every file, in the order of the files.
    package private(set) var diagnostics: [ThemeDiagnostic] = []

    /// Reads all files; one with faults is left out and the others still work.
    ///
    /// Where two files give the same name, the later one wins, so that an operator's own theme can
    /// take the place of one that was shipped.
    package init(sources: [ThemeSource]) {
        var found: [String: Found] = [:]
        for source in sources {
            var parser = ThemeParser(file: source.file)
            let declaration = parser.parse(source.text)
            diagnostics += parser.diagnostics
            guard parser.diagnostics.isEmpty else { continue }
            found[declaration.name] = Found(file: source.file, declaration: declaration)
        }
        for name in found.keys.sorted() {
            resolve(name, from: found, path: [])
        }
    }

    /// The theme of that name.
    ///
    /// - Throws: `UnknownTheme`, which lists the names there are.
    package func theme(named name: String) throws(UnknownTheme) -> Theme {
        guard let theme = themes[name] else {
            throw UnknownTheme(name: name, known: themes.keys.sorted())
        }
        return theme
    }

    /// Builds a theme after the one it inherits from.
    @discardableResult
    private mutating func resolve(
        _ name: String,
        from found: [String: Found],
        path: [String]
    ) -> Theme? {
        if let theme = themes[name] { return theme }
        guard let (file, declaration) = found[name].map({ ($0.file, $0.declaration) }) else {
            return nil
        }
        func report(_ place: (line: Int, column: Int), _ message: String) {
            let diagnostic = ThemeDiagnostic(
                file: file,
                line: place.line,
                column: place.column,
                message: message
            )
            if !diagnostics.contains(diagnostic) {
                diagnostics.append(diagnostic)
            }
        }
        var parent: Theme?
        if let inherited = declaration.inherits {
            guard !path.contains(name) else {
                let circle = (path + [name]).joined(separator: ", which inherits ")
                report(declaration.inheritsPlace, "themes inherit in a circle: \(circle)")
                return nil
            }
            guard found[inherited] != nil else {
                let hint = didYouMean(inherited, among: found.keys.sorted())
                report(
                    declaration.inheritsPlace,
                    "there is no theme `\(inherited)` without faults to inherit" + hint
                )
                return nil
            }
            parent = resolve(inherited, from: found, path: path + [name])
            guard parent != nil else { return nil }
        }
        let missing = declaration.missingRoles(parent: parent)
        guard missing.isEmpty else {
            let names = missing.map { "`\($0.name)`" }.joined(separator: ", ")
            report((declaration.lastLine, 1), "roles are missing: \(names)")
            return nil
        }
        let theme = declaration.theme(parent: parent)
        themes[name] = theme
        return theme
    }

    private struct Found {
        let file: String
        let declaration: ThemeDeclaration
    }
}

/// Somebody asked for a theme that is not there.
package struct UnknownTheme: Error, Equatable, CustomStringConvertible {
    package let name: String
    package let known: [String]

    package var description: String {
        let names = known.joined(separator: ", ")
        let hint = didYouMean(name, among: known)
        return "there is no theme `\(name)`" + (hint.isEmpty ? "." : hint)
            + " The themes are: \(names)."
    }
}
