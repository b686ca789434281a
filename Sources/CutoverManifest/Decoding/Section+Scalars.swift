/// Reads of single values. Each reports what is wrong and then returns the default.
extension Section {
    func text(_ key: String) -> String? {
        guard let entry = entry(key) else { return nil }
        guard let text = entry.text else {
            wrongKind(entry)
            return nil
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            fault(
                key,
                "\(key.quoted) holds a control character",
                detail: "Line ends, tabs and the like cannot stand here."
            )
            return nil
        }
        return text
    }

    func duration(_ key: String, or fallback: Duration) -> Duration {
        duration(key) ?? fallback
    }

    func duration(_ key: String) -> Duration? {
        guard let entry = entry(key), case .duration(let limits) = reference(key).kind else {
            return nil
        }
        guard let text = entry.text else {
            wrongKind(entry)
            return nil
        }
        do {
            let duration = try DurationLiteral.parse(text)
            guard limits.contains(duration) else {
                outOfRange(entry)
                return nil
            }
            return duration
        } catch {
            report(error, of: entry, text: text)
            return nil
        }
    }

    func count(_ key: String, or fallback: Int) -> Int {
        count(key) ?? fallback
    }

    func count(_ key: String) -> Int? {
        guard let entry = entry(key), case .count(let limits) = reference(key).kind else {
            return nil
        }
        guard let count = entry.text.flatMap(WholeNumber.parse) else {
            wrongKind(entry)
            return nil
        }
        guard limits.contains(count) else {
            outOfRange(entry)
            return nil
        }
        return count
    }

    func size(_ key: String) -> Int? {
        guard let entry = entry(key), case .size(let limits) = reference(key).kind else {
            return nil
        }
        guard let size = entry.text.flatMap(SizeLiteral.parse) else {
            wrongKind(entry, hint: "sizes look like 512, 8KiB, 10MiB, 1GiB")
            return nil
        }
        guard limits.contains(size) else {
            outOfRange(entry)
            return nil
        }
        return size
    }

    /// A share of one.
    ///
    /// `5` and `0.05` lack the sign that says which of the two is meant.
    func percentage(_ key: String) -> Double? {
        guard let entry = entry(key), case .percentage(let limits) = reference(key).kind else {
            return nil
        }
        guard let text = entry.text, let share = PercentageLiteral.parse(text) else {
            wrongKind(entry, hint: entry.text.flatMap(Self.percentageMeant))
            return nil
        }
        guard limits.contains(share) else {
            outOfRange(entry)
            return nil
        }
        return share
    }

    /// `5` was meant as 5%, and so was `0.05`.
    private static func percentageMeant(_ text: String) -> String? {
        PercentageLiteral.decimal(text).map { number in
            let isShare = text.contains(".") && number <= 1
            return "write \(PercentageLiteral.text(isShare ? number : number / 100))"
        }
    }

    func factor(_ key: String) -> Double? {
        guard let entry = entry(key), case .factor(let limits) = reference(key).kind else {
            return nil
        }
        guard let factor = entry.text.flatMap(PercentageLiteral.decimal) else {
            wrongKind(entry)
            return nil
        }
        guard limits.contains(factor) else {
            outOfRange(entry)
            return nil
        }
        return factor
    }

    func share(_ key: String) -> InstanceShare? {
        guard let entry = entry(key) else { return nil }
        guard let share = entry.text.flatMap(InstanceShare.init) else {
            wrongKind(entry)
            return nil
        }
        return share
    }

    func range(_ key: String, example: String) -> ClosedRange<Int>? {
        guard let entry = entry(key), case .range(let limits) = reference(key).kind else {
            return nil
        }
        guard let range = entry.text.flatMap(NumberRange.parse) else {
            wrongKind(entry, hint: "ranges go from low to high, such as \(example)")
            return nil
        }
        guard limits.contains(range.lowerBound) && limits.contains(range.upperBound) else {
            outOfRange(entry)
            return nil
        }
        return range
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        or fallback: Choice
    ) -> Choice {
        guard let entry = entry(key) else { return fallback }
        if let choice = entry.text.flatMap(Choice.init(rawValue:)) {
            return choice
        }
        let words = Choice.allCases.map(\.rawValue)
        wrongKind(
            entry,
            hint: entry.text.flatMap { Suggestion.forUnknownWord($0, among: words) }
        )
        return fallback
    }

    func toggle(_ key: String, or fallback: Bool) -> Bool {
        choice(key, or: fallback ? Toggle.true : .false) == .true
    }

    private enum Toggle: String, CaseIterable {
        case `true`
        case `false`
    }

    func address(_ key: String) -> ListenAddress? {
        guard let entry = entry(key) else { return nil }
        guard let text = entry.text else {
            wrongKind(entry)
            return nil
        }
        do {
            return try ListenAddress(text)
        } catch {
            switch error {
            case .notAnAddress(let write): wrongKind(entry, hint: write.map { "write \($0)" })
            case .hostIsNoIPv4(let host):
                fault(
                    key,
                    "\(host.quoted) is not an IPv4 address",
                    detail: host.contains(":")
                        ? "Listeners are IPv4."
                        : "Listeners are bound to an address, not to a name.",
                    hint: "write 127.0.0.1 for this machine alone, 0.0.0.0 for every network"
                )
            case .portOutOfRange:
                fault(key, "\(key.quoted) has a port out of range", detail: "From 1 to 65535.")
            }
            return nil
        }
    }

    /// An absolute path.
    ///
    /// `~` and variables are a shell's and are not replaced.
    func filePath(_ key: String) -> String? {
        guard let text = text(key) else { return nil }
        if text.isEmpty {
            fault(key, "\(key.quoted) is empty")
            return nil
        }
        if text.hasPrefix("~") {
            fault(
                key,
                "\(key.quoted) is \(text.quoted)",
                detail: "No shell reads it, so '~' is not replaced.",
                hint: "write the path from '/'"
            )
            return nil
        }
        return scan.absolute(text)
    }

    // MARK: - Faults

    private func outOfRange(_ entry: Entry) {
        fault(
            entry.key,
            "\(entry.key.quoted) is out of range: \(entry.description)",
            detail: due(entry.key)
        )
    }

    private func report(_ error: DurationLiteral.Fault, of entry: Entry, text: String) {
        switch error {
        case .noUnit:
            fault(
                entry.key,
                "\(entry.key.quoted) has no unit: \(text.quoted)",
                detail: "Durations are written with their unit: 250ms, 30s, 5m, 1h, 1h30m.",
                hint: "write \(text)s"
            )
        case .unknownUnit(let unit, let write):
            fault(
                entry.key,
                "\(entry.key.quoted) has an unknown unit: \(unit.quoted)",
                detail: "The units are ms, s, m and h, next to the number.",
                hint: write.map { "write \($0)" }
            )
        case .outOfOrder:
            fault(
                entry.key,
                "\(entry.key.quoted) has its units out of order: \(text.quoted)",
                detail: "Units go from long to short, each once, as in 1h30m."
            )
        case .notADuration:
            wrongKind(entry, hint: "durations look like 250ms, 30s, 5m, 1h, 1h30m")
        }
    }
}
