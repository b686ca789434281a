/// One request for the metrics, as bytes that arrive and bytes that answer it.
///
/// It understands as much of HTTP as a scraper or curl needs: `GET /metrics` is answered with the
/// text, everything else with a status, and the connection ends behind the answer.
struct Scrape {
    /// The longest request head; no scraper comes near.
    static let headMaximum = 16_384

    private var head: [UInt8] = []
    private var isWhole = false
    private var isLineEmpty = false

    /// Adds bytes; whether an answer is due.
    ///
    /// A bare line feed ends a line too, for a request that somebody types. Nothing behind the
    /// limit is looked at, so that the answer does not depend on how the bytes arrive.
    mutating func append(_ bytes: some Sequence<UInt8>) -> Bool {
        for byte in bytes where !isDue && byte != 0x0d {
            isWhole = byte == 0x0a && isLineEmpty
            isLineEmpty = byte == 0x0a
            head.append(byte)
        }
        return isDue
    }

    private var isDue: Bool { isWhole || head.count > Self.headMaximum }

    /// The answer to what has arrived.
    func answer(_ metrics: () -> String) -> [UInt8] {
        let line = head.prefix { $0 != 0x0a }
        let words = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard isWhole, words.count == 3, words[2].starts(with: "HTTP/1.".utf8) else {
            return Self.response("400 Bad Request", "This is no request of HTTP/1.1.\n")
        }
        guard words[1].prefix(while: { $0 != 0x3f }).elementsEqual("/metrics".utf8) else {
            return Self.response("404 Not Found", "The metrics are at /metrics.\n")
        }
        guard words[0].elementsEqual("GET".utf8) else {
            return Self.response("405 Method Not Allowed", "Only GET.\n", fields: "Allow: GET\r\n")
        }
        let type = "text/plain; version=0.0.4; charset=utf-8"
        return Self.response("200 OK", metrics(), type: type)
    }

    private static func response(
        _ status: String,
        _ body: String,
        type: String = "text/plain; charset=utf-8",
        fields: String = ""
    ) -> [UInt8] {
        let head =
            "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
            + "\(fields)Connection: close\r\n\r\n"
        return Array(head.utf8) + Array(body.utf8)
    }
}
