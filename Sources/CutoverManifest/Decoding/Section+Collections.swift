import Yams

/// Reads of lists and mappings.
extension Section {
    /// The section under a key, or one without keys when it is absent or faulty.
    func section(_ key: String) -> Section {
        let reference = reference(key)
        let title = "'\(Suggestion.readable(reference.path))'"
        guard let entry = entry(key) else {
            return Section(
                scan: scan,
                path: reference.path,
                title: title,
                header: has(key) ? place(key) : header
            )
        }
        guard case .mapping(let mapping) = entry.node else {
            let keys = ManifestReference.keys.filter { $0.parent == reference.path }.map(\.name)
            wrongKind(entry, hint: "its keys are: \(keys.joined(separator: ", "))")
            return Section(scan: scan, path: reference.path, title: title, header: entry.keyPlace)
        }
        return Section(
            mapping,
            scan: scan,
            path: reference.path,
            title: title,
            header: entry.keyPlace
        )
    }

    /// The elements of a list; empty when it is absent or faulty.
    func items(_ key: String) -> [Entry]? {
        guard let entry = entry(key) else { return nil }
        guard case .sequence(let sequence) = entry.node else {
            let hint = entry.text.map { "a list of one is written [\($0.printable())]" }
            wrongKind(entry, hint: hint)
            return nil
        }
        return sequence.map { node in
            let place = scan.place(node)
            return Entry(key: key, keyPlace: place, node: node, place: place)
        }
    }

    /// A program and its arguments; with `replacesVariables`, `${...}` must be an instance's.
    func command(_ key: String, replacesVariables: Bool) -> [String]? {
        guard let entry = entry(key) else { return nil }
        if let line = entry.text {
            let words = line.split(separator: " ").map { word in
                let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "./-_".contains($0) }
                return isPlain ? String(word) : "\"\(word)\""
            }
            fault(
                key,
                "\(key.quoted) is a line of text",
                detail: "A command is a list of a program and its arguments; no shell reads it.",
                hint: "write [\(words.joined(separator: ", ").printable(limit: 200))]"
            )
            return nil
        }
        guard let items = items(key) else { return nil }
        guard !items.isEmpty else {
            fault(key, "\(key.quoted) is empty", detail: due(key))
            return nil
        }
        let words = items.compactMap { item -> String? in
            guard let word = argument(item) else { return nil }
            if replacesVariables {
                checkVariables(of: word, key: key, at: item.place)
            }
            return word
        }
        if let first = words.first, first.isEmpty {
            fault(key, "\(key.quoted) has no program", at: items.first?.place)
        }
        return isSound(key) ? words : nil
    }

    private func argument(_ item: Entry) -> String? {
        guard let word = item.text else {
            fault(
                item.key,
                "an argument is \(item.description)",
                at: item.place,
                detail: "Program and arguments are texts.",
                hint: item.isNull ? "write \"\" for an empty argument" : "put it in quotes"
            )
            return nil
        }
        guard !word.unicodeScalars.contains("\0") else {
            fault(item.key, "an argument holds a NUL character", at: item.place)
            return nil
        }
        return word
    }

    /// Texts by name, such as headers, with the entry of each.
    func texts(_ key: String) -> [(name: String, text: String, entry: Entry)] {
        guard let entry = entry(key) else { return [] }
        guard case .mapping(let mapping) = entry.node else {
            wrongKind(entry)
            return []
        }
        let section = Section(
            mapping,
            scan: scan,
            path: reference(key).path,
            title: key.quoted,
            header: entry.keyPlace
        )
        return section.all.compactMap { entry in
            if let text = entry.text {
                return (entry.key, text, entry)
            }
            let what = entry.isNull ? "has no value" : "is \(entry.description)"
            fault(
                key,
                "\(entry.key.quoted) \(what)",
                at: entry.place,
                detail: "Expected: text.",
                hint: entry.isNull ? "write \"\" for an empty text" : nil
            )
            return nil
        }
    }

    /// Reports every `${...}` of a text that no instance has.
    func checkVariables(
        of text: String,
        key: String,
        at place: SourceLocation,
        among names: [String] = InstanceVariables.names
    ) {
        for variable in InstanceVariables.faults(in: text, known: names) {
            let known = names.map { "${\($0)}" }.joined(separator: " ")
            switch variable {
            case .unknown(let name):
                fault(
                    key,
                    "unknown variable \("${\(name)}".quoted)",
                    at: place,
                    detail: "Known are \(known). A variable of a shell is written $NAME.",
                    hint: Suggestion.forUnknownWord(name, among: names)
                )
            case .unclosed:
                fault(
                    key,
                    "a variable without its '}'",
                    at: place,
                    detail: "Known are \(known)."
                )
            }
        }
    }
}
