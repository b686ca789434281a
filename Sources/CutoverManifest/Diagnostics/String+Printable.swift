extension String {
    /// The text with every control, format and separator character escaped, cut after `limit`
    /// scalars.
    ///
    /// Messages repeat what stands in the manifest, and an escape sequence in it must not drive the
    /// terminal, nor a bidirectional override reorder the message.
    func printable(limit: Int = 60) -> String {
        var result = ""
        for (index, scalar) in unicodeScalars.enumerated() {
            if index >= limit {
                return result + "…"
            }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
                result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            default:
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The text as messages quote it.
    var quoted: String { "'\(printable())'" }
}
