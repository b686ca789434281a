@testable import CutoverProxy

/// A request for the metrics, until its answer is due; what comes behind changes nothing.
struct ScrapeStream: StreamDecoder {
    private var scrape = Scrape()

    /// The answer, once it is due.
    private(set) var outcome: [UInt8]?

    mutating func take(_ piece: ArraySlice<UInt8>) {
        guard outcome == nil, scrape.append(piece) else {
            return
        }
        outcome = scrape.answer { "metric 1\n" }
    }
}
