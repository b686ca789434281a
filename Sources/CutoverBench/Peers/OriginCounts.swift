/// What an origin was asked, as it counts itself.
struct OriginCounts: Equatable {
    /// Requests with a whole head, at any path but that of the counts.
    var requests = 0
    var posts = 0

    /// Nothing.
    init() {}

    /// Reads what an origin says; `nil` when it is something else.
    init?(_ text: String) {
        let words = text.split { $0 == " " || $0.isNewline }
        guard words.count == 4, words[0] == "requests", words[2] == "posts",
            let requests = Int(words[1]), let posts = Int(words[3])
        else { return nil }
        (self.requests, self.posts) = (requests, posts)
    }

    /// The sum of what these origins were asked; they are asked directly, past any proxy.
    init(of ports: [UInt16]) throws(BenchFault) {
        for port in ports { self += try Self.read(port) }
    }

    private static func read(_ port: UInt16) throws(BenchFault) -> OriginCounts {
        let request = Array("GET /served HTTP/1.1\r\nHost: bench\r\n\r\n".utf8)
        guard var connection = SoakConnection(port: port), connection.send(request),
            let head = connection.line(through: "\r\n\r\n"), head.hasPrefix("HTTP/1.1 200 "),
            let text = connection.line(through: "\n"), let counts = OriginCounts(text)
        else { throw BenchFault("the origin on port \(port) does not tell what it was asked") }
        return counts
    }

    static func += (left: inout OriginCounts, right: OriginCounts) {
        left.requests += right.requests
        left.posts += right.posts
    }

    static func - (left: OriginCounts, right: OriginCounts) -> OriginCounts {
        var counts = left
        counts.requests -= right.requests
        counts.posts -= right.posts
        return counts
    }
}
