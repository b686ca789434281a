/// Reads the exposition format of Prometheus as strictly as it is defined; anything else is a fault.
struct ParsedExposition {
    struct Sample: Equatable {
        var name: String
        var labels: [String: String]
        var value: Double
    }

    struct Metric {
        var kind: String
        var samples: [Sample] = []
    }

    private(set) var metrics: [String: Metric] = [:]
    /// What breaks the format, or a convention of it.
    private(set) var faults: [String] = []

    init(_ text: String) {
        if !text.hasSuffix("\n") { faults.append("the last line has no end") }
        var current = ""
        var described = ""
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if line.hasPrefix("# HELP ") {
                guard words.count == 4, metrics[words[2]] == nil else {
                    faults.append("\(line)")
                    continue
                }
                described = words[2]
            } else if line.hasPrefix("# TYPE ") {
                guard words.count == 4, words[2] == described, metrics[described] == nil,
                    ["counter", "gauge", "histogram"].contains(words[3]),
                    (words[3] == "counter") == described.hasSuffix("_total")
                else {
                    faults.append("\(line)")
                    continue
                }
                current = described
                metrics[current] = Metric(kind: words[3])
            } else if let sample = Self.sample(Array(line)), isOf(current, sample.name),
                metrics[current]?.samples.contains(where: { $0.isSame(as: sample) }) == false
            {
                metrics[current]?.samples.append(sample)
            } else {
                faults.append("\(line)")
            }
        }
        for (name, metric) in metrics where metric.kind == "histogram" {
            checkHistogram(name, metric)
        }
    }

    /// The value of the only sample with these labels among its own.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        let metric = metrics[name] ?? metrics.first { isOf($0.key, name) }?.value
        let found = (metric?.samples ?? []).filter { sample in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }
        return found.count == 1 ? found[0].value : nil
    }

    private func isOf(_ metric: String, _ name: String) -> Bool {
        name == metric
            || metrics[metric]?.kind == "histogram"
                && ["_bucket", "_sum", "_count"].contains { metric + $0 == name }
    }

    private static func sample(_ line: [Character]) -> Sample? {
        var rest = line[...]
        let name = String(rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        rest = rest.dropFirst(name.count)
        guard let first = name.first, !first.isNumber else { return nil }
        var labels: [String: String] = [:]
        if rest.first == "{" {
            repeat {
                rest = rest.dropFirst()
                let label = String(rest.prefix { $0.isASCII && ($0.isLetter || $0 == "_") })
                rest = rest.dropFirst(label.count)
                guard !label.isEmpty, labels[label] == nil, rest.starts(with: "=\"") else {
                    return nil
                }
                rest = rest.dropFirst(2)
                guard let value = quoted(&rest) else { return nil }
                labels[label] = value
            } while rest.first == ","
            guard rest.first == "}" else { return nil }
            rest = rest.dropFirst()
        }
        guard rest.first == " ", let value = Double(String(rest.dropFirst())) else { return nil }
        return Sample(name: name, labels: labels, value: value)
    }

    /// Behind an opening quote; ends behind the closing one.
    private static func quoted(_ rest: inout ArraySlice<Character>) -> String? {
        var value = ""
        while let next = rest.popFirst() {
            switch next {
            case "\"": return value
            case "\\":
                switch rest.popFirst() {
                case "\\": value.append("\\")
                case "\"": value.append("\"")
                case "n": value.append("\n")
                default: return nil
                }
            default: value.append(next)
            }
        }
        return nil
    }

    private mutating func checkHistogram(_ name: String, _ metric: Metric) {
        let groups = Dictionary(grouping: metric.samples) { sample in
            sample.labels.filter { $0.key != "le" }
        }
        for (labels, samples) in groups {
            let buckets = samples.filter { $0.name == name + "_bucket" }
            let bounds = buckets.map { Double($0.labels["le"] ?? "") ?? .nan }
            let counts = buckets.map(\.value)
            let count = samples.first { $0.name == name + "_count" }?.value
            guard bounds == bounds.sorted(), bounds.last == .infinity, counts == counts.sorted(),
                count == counts.last, samples.contains(where: { $0.name == name + "_sum" })
            else {
                faults.append("\(name) \(labels)")
                continue
            }
        }
    }
}

extension ParsedExposition.Sample {
    fileprivate func isSame(as other: Self) -> Bool {
        name == other.name && labels == other.labels
    }
}
