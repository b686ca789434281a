import Yams

/// One mapping of the manifest while it is decoded.
///
/// Each read names a key of the reference, which gives the limits. A read of a faulty value reports
/// it and returns the default, so that decoding goes on to the next fault; `isSound` tells the two
/// apart. What was not read by the end is an unknown key.
final class Section {
    let scan: ManifestScan
    /// As the reference has it; empty at the top.
    let path: String
    /// In words, for messages.
    let title: String
    /// Where a missing key is reported.
    let header: SourceLocation

    private var entries: [String: Entry] = [:]
    private var order: [String] = []
    private var asked: [String] = []
    private var faulty: Set<String> = []

    /// A section without keys: every read returns its default.
    init(scan: ManifestScan, path: String, title: String, header: SourceLocation) {
        self.scan = scan
        self.path = path
        self.title = title
        self.header = header
    }

    /// Reads the keys of a mapping and reports the ones that stand twice.
    convenience init(
        _ mapping: Node.Mapping,
        scan: ManifestScan,
        path: String,
        title: String,
        header: SourceLocation
    ) {
        self.init(scan: scan, path: path, title: title, header: header)
        for (keyNode, value) in mapping {
            guard case .scalar(let scalar) = keyNode else {
                scan.error(
                    "a list or a mapping stands where a key is due",
                    at: scan.place(keyNode)
                )
                continue
            }
            add(scan.keyText(scalar), at: scan.place(keyNode), value)
        }
    }

    private func add(_ key: String, at keyPlace: SourceLocation, _ value: Node) {
        if let first = entries[key] {
            scan.error(
                "\(key.quoted) is set twice in \(title)",
                at: keyPlace,
                detail: "The first is in line \(first.keyPlace.line), column"
                    + " \(first.keyPlace.column). Each key may stand once."
            )
            return
        }
        var entry = Entry(key: key, keyPlace: keyPlace, node: value, place: keyPlace)
        if case .scalar = value, !entry.isNull {
            entry.place = scan.place(value)
        } else if case .sequence = value, scan.place(value).line == keyPlace.line {
            entry.place = scan.place(value)
        }
        entries[key] = entry
        order.append(key)
    }

    // MARK: - Reading

    /// Every entry, in the order of the file, for mappings whose keys are names.
    var all: [Entry] { order.compactMap { entries[$0] } }

    /// The key's entry in the reference.
    func reference(_ key: String) -> ManifestKey {
        scan.ask(path.isEmpty ? key : "\(path).\(key)")
    }

    /// The entry of a key, if it stands there with a value.
    func entry(_ key: String) -> Entry? {
        _ = reference(key)
        if !asked.contains(key) {
            asked.append(key)
        }
        guard let entry = entries[key] else { return nil }
        if entry.isNull {
            fault(key, "\(key.quoted) has no value", detail: due(key))
            return nil
        }
        return entry
    }

    /// Whether the key stands there, with or without a sound value.
    func has(_ key: String) -> Bool { entries[key] != nil }

    /// Whether every one of these is absent or was read without a fault.
    func isSound(_ keys: String...) -> Bool { faulty.isDisjoint(with: keys) }

    /// Where the key's value stands, or the section when it is absent.
    func place(_ key: String) -> SourceLocation { entries[key]?.place ?? header }

    // MARK: - Reporting

    /// Reports a fault of a key's value, and remembers that the value is not to be believed.
    func fault(
        _ key: String,
        _ summary: String,
        at place: SourceLocation? = nil,
        detail: String? = nil,
        hint: String? = nil
    ) {
        faulty.insert(key)
        scan.error(summary, at: place ?? self.place(key), detail: detail, hint: hint)
    }

    /// Reports a value of the wrong kind: what stands there and what is due.
    func wrongKind(_ entry: Entry, hint: String? = nil) {
        fault(
            entry.key,
            "\(entry.key.quoted) is \(entry.description)",
            detail: due(entry.key),
            hint: hint
        )
    }

    func missing(_ key: String, hint: String? = nil) {
        faulty.insert(key)
        // A value that is there and faulty was reported with its own place.
        guard entries[key] == nil else { return }
        scan.error(
            "\(key.quoted) is missing in \(title)",
            at: header,
            detail: reference(key).summary,
            hint: hint
        )
    }

    /// What the key takes, as a sentence.
    func due(_ key: String) -> String { "Expected: \(reference(key).kind.text)." }

    /// Reports the keys that nobody has read.
    func finish() {
        for entry in all where !asked.contains(entry.key) {
            // A guess is the costly part of a fault, and nobody reads so many.
            scan.error(
                "unknown key \(entry.key.quoted) in \(title)",
                at: entry.keyPlace,
                hint: scan.diagnostics.count < DiagnosticRenderer.limit
                    ? Suggestion.forUnknownKey(entry.key, in: path, among: asked) : nil
            )
        }
    }
}
