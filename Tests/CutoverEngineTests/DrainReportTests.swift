import CutoverDrivers
import CutoverWire
import Testing

@testable import CutoverEngine

/// What the journal says of the requests that a drain's deadline cut.
@Suite struct DrainReportTests {
    private func report(cut: Int, named: Int, path: String = "/") -> DrainReport {
        let requests = (0..<named).map { number in
            InFlightRequest(
                service: "shop",
                key: "1-1",
                method: "GET",
                path: "\(path)\(number)",
                client: "192.0.2.\(number % 250)",
                kind: .streaming,
                age: 61_000
            )
        }
        return DrainReport(cut: cut, requests: requests)
    }

    @Test func nothingCutIsNotTold() {
        #expect(report(cut: 0, named: 0).sentences == [])
    }

    @Test func theFirstTwentyHaveAnEventEach() {
        let sentences = report(cut: 20, named: 20).sentences
        #expect(sentences.count == 21)
        #expect(sentences[0] == "20 requests were cut at the drain's deadline")
        #expect(sentences[20] == "cut GET /19 of 192.0.2.19 after 1m1s (response)")
    }

    @Test func theOthersAreNamedTenInAnEvent() {
        let sentences = report(cut: 41, named: 41).sentences
        #expect(sentences.count == 1 + 20 + 3)
        #expect(sentences[21].hasPrefix("cut GET /20 of 192.0.2.20, GET /21 of 192.0.2.21, "))
        #expect(sentences[21].hasSuffix(", GET /29 of 192.0.2.29"))
        #expect(sentences[23] == "cut GET /40 of 192.0.2.40")
    }

    /// With the longest path that a proxy tells.
    @Test func allThatTheProxyNamedIsNamedInRowsOfABoundedLength() {
        let path = "/" + String(repeating: "a", count: InFlightRequest.pathMaximum - 4)
        let sentences = report(cut: 1_200, named: InFlightList.maximum, path: path).sentences
        #expect(sentences.count == 1 + 20 + 98 + 1)
        for number in 0..<InFlightList.maximum {
            let name = "\(path)\(number) of 192.0.2.\(number % 250)"
            #expect(sentences.count { $0.contains(name) } == 1, "\(number)")
        }
        #expect(sentences.last == "cut 200 more requests that are not named here")
        #expect(sentences.allSatisfy { $0.utf8.count < 4_096 })
    }
}
