/// How a message is cut into the pieces that are sent.
enum Segmentation: String, CaseIterable {
    case byteByByte = "byte by byte"
    case allAtOnce = "all at once"
    case pieceByPiece = "message by message"

    func send(_ pieces: [String], to socket: TestSocket) {
        switch self {
        case .byteByByte: for byte in pieces.joined().utf8 { socket.send([byte]) }
        case .allAtOnce: socket.send(pieces.joined())
        case .pieceByPiece: for piece in pieces { socket.send(piece) }
        }
    }
}

/// A response as an instance sends it, in the pieces that it consists of.
struct ResponseShape: Sendable {
    var name: String
    var method = "GET"
    var pieces: [String]
    var status = 200
    var body = ""
    /// The instance closes behind it.
    var closes = false
}

/// A request, or several, as a client sends them.
struct RequestShape: Sendable {
    var name: String
    var pieces: [String]
    /// What the instance is to see of each: method, target and body.
    var seen: [[String]]
}

extension ResponseShape {
    private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    static let all = [
        ResponseShape(
            name: "a length",
            pieces: ["HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n", "hello ", "world"],
            body: "hello world"
        ),
        ResponseShape(
            name: "no content by length",
            pieces: ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]
        ),
        ResponseShape(
            name: "chunks",
            pieces: [chunked, "5\r\nhello\r\n", "6\r\n world\r\n", "0\r\n\r\n"],
            body: "hello world"
        ),
        ResponseShape(name: "the last chunk alone", pieces: [chunked, "0\r\n\r\n"]),
        ResponseShape(
            name: "chunks with extensions and trailers",
            pieces: [
                chunked, "5;a=b\r\nhello\r\n", "00006 ; c=\"d;\"\r\n world\r\n", "0;e\r\n",
                "X-Trailer: t\r\n", "Set-Cookie: evil\r\n", "\r\n",
            ],
            body: "hello world"
        ),
        ResponseShape(
            name: "the connection's end",
            pieces: ["HTTP/1.1 200 OK\r\n\r\n", "hello ", "world"],
            body: "hello world",
            closes: true
        ),
        ResponseShape(
            name: "HTTP/1.0 and the connection's end",
            pieces: ["HTTP/1.0 200 OK\r\nServer: old\r\n\r\n", "hello world"],
            body: "hello world",
            closes: true
        ),
        ResponseShape(name: "204", pieces: ["HTTP/1.1 204 No Content\r\n\r\n"], status: 204),
        ResponseShape(
            name: "304 with a length",
            pieces: ["HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\nETag: \"a\"\r\n\r\n"],
            status: 304
        ),
        ResponseShape(
            name: "HEAD with a length",
            method: "HEAD",
            pieces: ["HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n"]
        ),
        ResponseShape(name: "HEAD with chunks", method: "HEAD", pieces: [chunked]),
        ResponseShape(
            name: "interim responses before it",
            pieces: [
                "HTTP/1.1 102 Processing\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "ok",
            ],
            body: "ok"
        ),
    ]
}

extension RequestShape {
    private static let post = "POST /p HTTP/1.1\r\nHost: x\r\n"

    static let all = [
        RequestShape(
            name: "no body",
            pieces: ["GET /g HTTP/1.1\r\n", "Host: x\r\n", "\r\n"],
            seen: [["GET", "/g", ""]]
        ),
        RequestShape(
            name: "a length",
            pieces: [post + "Content-Length: 11\r\n\r\n", "hello ", "world"],
            seen: [["POST", "/p", "hello world"]]
        ),
        RequestShape(
            name: "no content by length",
            pieces: [post + "Content-Length: 0\r\n\r\n"],
            seen: [["POST", "/p", ""]]
        ),
        RequestShape(
            name: "chunks",
            pieces: [
                post + "Transfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n", "6\r\n world\r\n",
                "0\r\n\r\n",
            ],
            seen: [["POST", "/p", "hello world"]]
        ),
        RequestShape(
            name: "chunks with extensions and trailers",
            pieces: [
                post + "Transfer-Encoding: chunked\r\n\r\n", "5;a=b\r\nhello\r\n",
                "006;c\r\n world\r\n", "0\r\n", "X-Trailer: t\r\n", "Host: evil\r\n", "\r\n",
            ],
            seen: [["POST", "/p", "hello world"]]
        ),
        RequestShape(
            name: "a head as browsers send",
            pieces: ["GET /b HTTP/1.1\r\nHost: x\r\n"]
                + (0..<12).map { "X-Field-\($0): \(String(repeating: "value ", count: 12))\r\n" }
                + ["\r\n"],
            seen: [["GET", "/b", ""]]
        ),
        RequestShape(
            name: "three that are pipelined",
            pieces: [
                "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n",
                post + "Transfer-Encoding: chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n",
                post + "Content-Length: 5\r\n\r\nthree",
            ],
            seen: [["GET", "/1", ""], ["POST", "/p", "two"], ["POST", "/p", "three"]]
        ),
    ]
}

extension LifeCase {
    /// Every framing under every segmentation, in both directions.
    static let segmented: [LifeCase] = Segmentation.allCases.flatMap { segmentation in
        ResponseShape.all.map { response($0, segmentation) }
            + RequestShape.all.map { request($0, segmentation) }
    }

    private static func response(_ shape: ResponseShape, _ segmentation: Segmentation) -> LifeCase {
        LifeCase(name: "a response framed by \(shape.name) passes \(segmentation.rawValue)") {
            stage in
            stage.serve { socket, _ in
                while try socket.receiveRequest() != nil {
                    segmentation.send(shape.pieces, to: socket)
                    if shape.closes { return }
                }
            }
            var socket = try stage.connect()
            // Twice, so that a byte too many or too few of the first is seen.
            for _ in 0..<2 {
                socket.send("\(shape.method) / HTTP/1.1\r\nHost: x\r\n\r\n")
                guard let response = try socket.receiveFinal(toHead: shape.method == "HEAD") else {
                    throw LifeDeviation("no response")
                }
                try hold(response.status == shape.status, "status \(response.status)")
                try hold(response.isComplete && response.body == shape.body, "\(response)")
                try hold(response["set-cookie"].isEmpty, "a trailer became a field")
                if response.closes {
                    try hold(socket.receiveToEnd() == "", "bytes behind the response")
                    socket = try stage.connect()
                }
            }
        }
    }

    private static func request(_ shape: RequestShape, _ segmentation: Segmentation) -> LifeCase {
        LifeCase(name: "a request framed by \(shape.name) passes \(segmentation.rawValue)") {
            stage in
            stage.answer { request in
                let echo = "\(request.target)|\(request.body)"
                return "HTTP/1.1 200 OK\r\nContent-Length: \(echo.utf8.count)\r\n\r\n\(echo)"
            }
            let socket = try stage.connect()
            for _ in 0..<2 {
                segmentation.send(shape.pieces, to: socket)
                for seen in shape.seen {
                    let response = try socket.receiveFinal()
                    try hold(
                        response?.body == "\(seen[1])|\(seen[2])",
                        "\(String(describing: response))"
                    )
                }
            }
            let requests = stage.upstream.requests
            let seen = requests.map { [$0.method, $0.target, $0.body] }
            try hold(seen == shape.seen + shape.seen, "the instance saw \(seen)")
            try hold(
                requests.allSatisfy { $0["x-trailer"].isEmpty && $0["host"].count == 1 },
                "a trailer became a field"
            )
        }
    }
}
