import Testing

@testable import CutoverBench

/// What callgrind counted, and what a request is told to cost.
@Suite struct CallgrindTests {
    private func file(events: String = "Ir", totals: String = "totals: 12345678") -> String {
        """
        # callgrind format
        version: 1
        creator: callgrind-3.19.0
        pid: 4711
        cmd:  cutover proxy --listen 127.0.0.1:20001
        part: 1

        positions: line
        events: \(events)
        summary: 12340000

        fl=(1) ???
        fn=(1) 0x0000000000001000 [/usr/bin/cutover]
        0 12340000

        \(totals)

        """
    }

    @Test func theTotalsOfTheFileAreRead() {
        #expect(CallgrindTotals(file())?.instructions == 12_345_678)
    }

    @Test func instructionsAreFoundByTheirColumn() {
        let text = file(events: "Dr Ir", totals: "totals: 7 99")
        #expect(CallgrindTotals(text)?.instructions == 99)
        #expect(CallgrindTotals(file(events: "Dr Dw")) == nil)
    }

    @Test func aFileWithoutItsEndCountsNothing() {
        #expect(CallgrindTotals("") == nil)
        #expect(CallgrindTotals(file(totals: "")) == nil)
        #expect(CallgrindTotals(file(totals: "totals:")) == nil)
        #expect(CallgrindTotals(file(totals: "totals: many")) == nil)
    }

    @Test func whatBothRunsShareCountsForNoRequest() throws {
        let small = InstructionCase(title: "small", limit: 6_500)
        let met = try #require(
            InstructionResult(small, requests: 500, counted: 9_250_000, counted3: 15_750_000)
        )
        #expect(met.instructions == 6_500 && met.mark == .met)
        let missed = InstructionResult(
            small,
            requests: 500,
            counted: 9_250_000,
            counted3: 15_750_001
        )
        #expect(missed?.mark == .missed)
        #expect(InstructionResult(small, requests: 500, counted: 2, counted3: 1) == nil)
    }

    @Test func eachCaseHasItsRowWithItsLimit() throws {
        let results = [InstructionCase(title: "a", limit: 10), InstructionCase(title: "b")]
            .compactMap { InstructionResult($0, requests: 1, counted: 0, counted3: 2_468) }
        let lines = InstructionReport(results: results).text.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(
            lines[2].split(separator: "|").map { $0.filter { $0 != " " } } == [
                "a", "1,234", "10", "missed",
            ]
        )
        #expect(
            lines[3].split(separator: "|").map { $0.filter { $0 != " " } } == [
                "b", "1,234", "-", "-",
            ]
        )
    }

    @Test func aRequestHasTheFieldsOfItsCase() {
        let one = InstructionCase(title: "", path: "/10k", fields: ["A: b"])
        let text = "GET /10k HTTP/1.1\r\nHost: bench\r\nA: b\r\n\r\n"
        #expect(one.request == Array(text.utf8))
    }
}
