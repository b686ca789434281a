import CutoverCore
import CutoverDrivers
import CutoverWire

extension DrainReport {
    /// The requests that have an event each, with their age and what they were busy with.
    private static let namedAlone = 20
    /// The requests in each event behind those, which keeps a row of the journal below 4 KB.
    private static let namedTogether = 10

    /// What was cut: how many requests in all, then every one that the proxy named, the oldest
    /// first.
    var sentences: [String] {
        guard cut > 0 else {
            return []
        }
        var sentences = ["\(cut) requests were cut at the drain's deadline"]
        sentences += requests.prefix(Self.namedAlone).map(\.sentence)
        for start in stride(from: Self.namedAlone, to: requests.count, by: Self.namedTogether) {
            let group = requests[start...].prefix(Self.namedTogether)
            sentences.append("cut \(group.map(\.name).joined(separator: ", "))")
        }
        if cut > requests.count {
            sentences.append("cut \(cut - requests.count) more requests that are not named here")
        }
        return sentences
    }
}

extension InFlightRequest {
    /// Such as `GET /events of 127.0.0.1`; a path has no blank in it.
    fileprivate var name: String { "\(method) \(path) of \(client)" }

    /// Such as `cut GET /events of 127.0.0.1 after 12m (event stream)`.
    fileprivate var sentence: String {
        let age = Duration.milliseconds(Int64(clamping: age)).words
        return "cut \(name) after \(age) (\(kind.words))"
    }
}
