/// How sizes are written: `512`, `8KiB`, `10MiB`, `1GiB`.
package enum SizeLiteral {
    private static let units: [(name: String, bytes: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ]

    /// The size in bytes, or `nil` when the text is no whole number with one of the units or none.
    package static func parse(_ text: String) -> Int? {
        for unit in units where text.hasSuffix(unit.name) {
            guard let number = WholeNumber.parse(String(text.dropLast(unit.name.count))) else {
                return nil
            }
            let (bytes, isTooLarge) = number.multipliedReportingOverflow(by: unit.bytes)
            return isTooLarge ? nil : bytes
        }
        // More digits than a count has: a terabyte in bytes has thirteen.
        let isNumber = text.utf8.allSatisfy { (48...57).contains($0) }
        return isNumber && text.utf8.count <= 15 ? Int(text) : nil
    }

    /// The shortest text that `parse` reads as this size.
    package static func text(_ bytes: Int) -> String {
        for unit in units where bytes >= unit.bytes && bytes % unit.bytes == 0 {
            return "\(bytes / unit.bytes)\(unit.name)"
        }
        return "\(bytes)"
    }
}
