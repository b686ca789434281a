/// What wrk says at its end.
struct WrkReport: Equatable {
    /// Complete responses.
    let requests: Int
    /// Requests per second, as wrk itself reckons them.
    let rate: Double
    /// Lines about requests that failed; of a clean run there are none.
    let complaints: [String]

    /// Reads the text; `nil` when it is none of wrk's.
    init?(_ text: String) {
        let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
        guard let total = lines.first(where: { $0.contains(" requests in ") }),
            let requests = total.split(separator: " ").first.flatMap({ Int($0) }),
            let line = lines.first(where: { $0.hasPrefix("Requests/sec:") }),
            let rate = line.split(separator: " ").last.flatMap({ Double($0) })
        else { return nil }
        (self.requests, self.rate) = (requests, rate)
        complaints = lines.filter { $0.hasPrefix("Socket errors") || $0.hasPrefix("Non-2xx") }
            .map(String.init)
    }
}
