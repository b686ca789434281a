import Foundation

extension Double {
    /// With so many digits behind the point, thousands parted.
    func figure(_ precision: Int) -> String {
        let text = String(format: "%.\(precision)f", self)
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        var digits = ""
        for (index, digit) in parts[0].reversed().enumerated() {
            if index > 0, index % 3 == 0, digit != "-" { digits.append(",") }
            digits.append(digit)
        }
        return ([String(digits.reversed())] + parts.dropFirst().map(String.init))
            .joined(separator: ".")
    }
}

extension Spread {
    /// `median (minimum..maximum)`.
    func text(_ precision: Int) -> String {
        "\(median.figure(precision)) (\(minimum.figure(precision))..\(maximum.figure(precision)))"
    }
}
