/// Decodes `shift`: ascending percentages that end with 100.
struct ShiftDecoder {
    var section: Section

    /// `nil` when it is absent or faulty.
    func decode() -> [Int]? {
        guard let items = section.items("shift") else { return nil }
        guard !items.isEmpty else {
            section.fault("shift", "'shift' is empty", hint: "write [100] for one switch")
            return nil
        }
        var steps: [Int] = []
        for item in items {
            let text = item.text.map { $0.hasSuffix("%") ? String($0.dropLast()) : $0 }
            guard let step = text.flatMap(WholeNumber.parse), (1...100).contains(step) else {
                section.fault(
                    "shift",
                    "\(item.description) is no step of a shift",
                    at: item.place,
                    detail: "Steps are whole percentages from 1 to 100."
                )
                continue
            }
            if let last = steps.last, step <= last {
                section.fault(
                    "shift",
                    "step \(step) does not go beyond step \(last)",
                    at: item.place,
                    detail: "Steps ascend; the way back is a rollback."
                )
            }
            steps.append(step)
        }
        guard section.isSound("shift") else { return nil }
        if steps.last != 100 {
            section.fault(
                "shift",
                "'shift' does not end with 100",
                at: items.last?.place,
                detail: "A promoted release takes all traffic.",
                hint: "add 100"
            )
        }
        return section.isSound("shift") ? steps : nil
    }
}
