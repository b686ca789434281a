import CutoverCore
import CutoverDrivers
import CutoverWire

extension DrainReport {
    /// The most requests that are named one by one.
    private static let named = 20

    /// What was cut: how many requests in all, then each, the oldest first.
    var sentences: [String] {
        guard cut > 0 else {
            return []
        }
        let requests = requests.prefix(Self.named)
        var sentences = ["\(cut) requests were cut at the drain's deadline"]
        sentences += requests.map(\.sentence)
        if cut > requests.count {
            sentences.append("cut \(cut - requests.count) more requests that are not named here")
        }
        return sentences
    }
}

extension InFlightRequest {
    /// Such as `cut GET /events of 127.0.0.1 after 12m (event stream)`.
    fileprivate var sentence: String {
        let age = Duration.milliseconds(Int64(clamping: age)).words
        return "cut \(method) \(path) of \(client) after \(age) (\(kind.words))"
    }
}
