/// All cases in one table.
struct InstructionReport {
    let results: [InstructionResult]

    var text: String {
        var table = MarkdownTable(["case", "user instructions/request", "limit", ""])
        for result in results {
            table.add([
                result.case.title, result.instructions.figure(0),
                result.case.limit.map { Double($0).figure(0) } ?? "-",
                result.mark?.rawValue ?? "-",
            ])
        }
        return table.text
    }
}
