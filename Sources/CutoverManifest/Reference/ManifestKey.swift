/// One key of the manifest: what it takes, what it stands for, and what follows from it.
package struct ManifestKey: Hashable, Sendable {
    /// Dotted, with `NAME` for a service's name and `[]` for an element of a list.
    package var path: String
    package var kind: Kind
    package var fallback: Fallback
    /// What it sets.
    package var summary: String
    /// What follows: for the traffic, for other keys, for an operator.
    package var consequence: String

    /// The last part of the path.
    package var name: String { path.split(separator: ".").last.map(String.init) ?? path }

    /// The path of the mapping that it stands in; empty at the top.
    package var parent: String {
        path.split(separator: ".").dropLast().joined(separator: ".")
    }
}

extension ManifestKey {
    /// What a key takes, with its limits, both included.
    package enum Kind: Hashable, Sendable {
        case section
        /// A mapping, or what stands for one.
        case sectionOr(String)
        case text
        case name(String)
        case address
        case addresses
        case path
        case flag
        case duration(ClosedRange<Duration>)
        case count(ClosedRange<Int>)
        /// Bytes.
        case size(ClosedRange<Int>)
        /// Shares of one: 0.05 is 5%.
        case percentage(ClosedRange<Double>)
        case factor(ClosedRange<Double>)
        /// A number of instances or a percentage of the wanted number.
        case share
        case range(ClosedRange<Int>)
        case choice([String])
        case command
        case names
        case counts
        case percentages
        case texts
        case checks
    }

    /// What stands for a key that is left out.
    package enum Fallback: Hashable, Sendable {
        case required
        /// As it would be written.
        case value(String)
        /// In words.
        case rule(String)
    }
}

extension ManifestKey.Kind {
    /// The type and its limits, in the words of messages and of the reference.
    package var text: String {
        switch self {
        case .section: "mapping"
        case .sectionOr(let other): "mapping, or \(other)"
        case .text: "text"
        case .name(let rule): rule
        case .address: "IPv4 address and port, such as 127.0.0.1:8080"
        case .addresses: "list of addresses, such as 10.0.0.1:8080 or unix:/run/app.sock"
        case .path: "path; relative ones start at the manifest's directory"
        case .flag: "true"
        case .duration(let range): "duration from \(limits(range))"
        case .count(let range): "whole number from \(range.lowerBound) to \(range.upperBound)"
        case .size(let range):
            "size from \(SizeLiteral.text(range.lowerBound)) to"
                + " \(SizeLiteral.text(range.upperBound)), such as 8KiB or 10MiB"
        case .percentage(let range): "percentage from \(limits(range))"
        case .factor(let range):
            "number from \(decimal(range.lowerBound)) to \(decimal(range.upperBound))"
        case .share: "number of instances, or a percentage of them such as 25%"
        case .range(let range): "number or range from \(range.lowerBound) to \(range.upperBound)"
        case .choice(let words): words.joined(separator: ", ")
        case .command: "list of a program and its arguments"
        case .names: "list of names"
        case .counts: "list of whole numbers"
        case .percentages: "ascending list of percentages that ends with 100"
        case .texts: "mapping of names to texts"
        case .checks: "list of mappings"
        }
    }

    private func limits(_ range: ClosedRange<Duration>) -> String {
        "\(DurationLiteral.text(range.lowerBound)) to \(DurationLiteral.text(range.upperBound))"
    }

    private func limits(_ range: ClosedRange<Double>) -> String {
        "\(PercentageLiteral.text(range.lowerBound)) to \(PercentageLiteral.text(range.upperBound))"
    }

    private func decimal(_ number: Double) -> String {
        number == number.rounded() ? "\(Int(number))" : "\(number)"
    }
}
