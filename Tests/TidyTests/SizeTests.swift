import Testing

/// Sizes that keep files and functions readable.
@Suite struct SizeTests {
    @Test func noFileIsAbove600Lines() throws {
        let long = try SourceTree().files.filter { $0.lines.count > 601 }
        #expect(long.isEmpty, "\(long.map { "\($0.path): \($0.lines.count) lines" })")
    }

    @Test func noLineIsAbove100Columns() throws {
        let complaints = try SourceTree().files(under: "Sources/").flatMap { file in
            file.lines.enumerated().filter { $0.element.count > 100 }
                .map { "\(file.path):\($0.offset + 1)" }
        }
        #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
    }

    @Test func noFunctionIsAbove70Lines() throws {
        let complaints = try SourceTree().files.flatMap(longFunctions(in:))
        #expect(complaints.isEmpty, "\(complaints.joined(separator: "\n"))")
    }

    /// The formatter puts a function's closing brace on a line of its own, at the indentation of
    /// its first.
    private func longFunctions(in file: SourceTree.File) -> [String] {
        var complaints: [String] = []
        for (index, line) in file.lines.enumerated() where Self.opensFunction(line) {
            let indentation = line.prefix { $0 == " " }
            guard
                let end = file.lines[index...].firstIndex(where: {
                    $0 == "\(indentation)}" || $0.hasPrefix("\(indentation)} ")
                })
            else { continue }
            if end - index >= 70 {
                complaints.append("\(file.path):\(index + 1): \(end - index + 1) lines")
            }
        }
        return complaints
    }

    private static func opensFunction(_ line: String) -> Bool {
        let code = line.drop { $0 == " " }
        guard !code.hasPrefix("//"), !code.hasSuffix("}") else { return false }
        return code.contains("func ") || code.hasPrefix("init(") || code.contains(" init(")
    }
}
