import CutoverCore
import CutoverScreen

/// The top row: which project, how much goes on, how many requests failed, how old the figures are.
struct HeaderView {
    let model: DashboardModel

    private struct Field {
        let text: String
        var role = Role.header
        /// The smallest is left out first where the row is too narrow.
        let weight: Int
    }

    func draw(in rect: Rect, into buffer: inout Buffer) {
        buffer.fill(rect, role: .header)
        var left = leftFields
        var right = rightFields
        while width(left) + width(right) + 4 > rect.columns, left.count + right.count > 1 {
            let least = (left + right).map(\.weight).min()
            left.removeAll { $0.weight == least }
            right.removeAll { $0.weight == least }
        }
        let glyphs = model.glyphs
        var ending = line(right)
        ending.add(" ", .header)
        var beginning = Line(" ", .header)
        beginning.add(line(left))
        buffer.draw(beginning, and: ending, row: rect.row, in: rect, glyphs: glyphs)
    }

    private var leftFields: [Field] {
        guard let snapshot = model.displayed else { return [Field(text: "cutover", weight: 9)] }
        var fields = [
            Field(text: "cutover", weight: 2),
            Field(text: short(snapshot.project, 24), weight: 6),
        ]
        if let environment = snapshot.environment {
            let role: Role = snapshot.isProduction ? .headerEnvProd : .header
            let name = short(environment, 16)
            fields.append(Field(text: name, role: role, weight: 8))
        }
        let moving = snapshot.services.count { $0.movingRollout != nil }
        let services = snapshot.services.count
        fields.append(
            Field(text: "\(services) service\(services == 1 ? "" : "s")", weight: 1)
        )
        if moving > 0 { fields.append(Field(text: "\(moving) deploying", weight: 5)) }
        fields += stops(in: snapshot)
        if !model.filter.isEmpty {
            let shown = model.visibleServices.count
            fields.append(
                Field(
                    text: "/\(short(model.filter, 12)) \(shown) of \(services)",
                    role: .match,
                    weight: 7
                )
            )
        }
        return fields
    }

    /// A gate and a pause are as somebody wants it; only what nobody wanted is a warning.
    private func stops(in snapshot: EngineSnapshot) -> [Field] {
        let stops = snapshot.services.compactMap(\.stop)
        return [Stop.held, .paused, .gate].compactMap { stop in
            let count = stops.count { $0 == stop }
            guard count > 0 else { return nil }
            let words = "\(count) \(stop.word)"
            return stop == .held
                ? Field(text: " \(words) ", role: .bannerWarn, weight: 7)
                : Field(text: words, weight: 6)
        }
    }

    private var rightFields: [Field] {
        guard let snapshot = model.displayed else { return [] }
        let failed = snapshot.failures
        let rate = snapshot.services.reduce(0) { $0 + $1.traffic.rate }
        return [
            Field(
                text: failed.words,
                role: failed.isNone ? .header : .bannerBad,
                weight: 10
            ),
            Field(text: Figures.rate(rate).fitted(to: 5, .right) + " r/s", weight: 3),
            age,
            Field(text: Figures.timeOfDay(model.now) + "Z", weight: 4),
        ]
    }

    private var age: Field {
        if let frozen = model.frozen {
            let age = Figures.age(model.now - frozen.since)
            return Field(text: " FROZEN \(age) ", role: .frozen, weight: 9)
        }
        let age = model.dataAge.map { Figures.age($0) } ?? "-"
        if model.blindness != nil { return Field(text: "STALE \(age)", role: .stale, weight: 9) }
        return Field(text: "LIVE \(age)", weight: 5)
    }

    private func short(_ name: String, _ width: Int) -> String {
        name.safeName.truncated(to: width, ellipsis: model.glyphs.ellipsis)
    }

    private func line(_ fields: [Field]) -> Line {
        var line = Line()
        for (index, field) in fields.enumerated() {
            if index > 0 { line.add("  ", .header) }
            line.add(field.text, field.role)
        }
        return line
    }

    private func width(_ fields: [Field]) -> Int { line(fields).width }
}
