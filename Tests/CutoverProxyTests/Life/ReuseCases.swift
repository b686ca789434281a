extension LifeCase {
    /// Kept connections to an instance that end under a request, and clients that go away.
    static let reuse = races + leavers

    private static func post(_ method: String) -> String {
        "\(method) / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
    }

    /// Answers the first request of the first connection and breaks off at the second; any other
    /// connection answers all.
    private static func breakingOff(_ stage: LifeStage, isReset: Bool = false, behind bytes: String)
    {
        stage.serve { [upstream = stage.upstream] socket, number in
            while let request = try socket.receiveRequest() {
                upstream.record(request)
                if number == 0, upstream.requests.count == 2 {
                    socket.send(bytes)
                    if isReset { socket.resetOnClose() }
                    return
                }
                guard socket.send(ok) else { return }
            }
        }
    }

    /// What became of the second request, which meets a kept connection.
    private static func second(_ stage: LifeStage, _ request: String) throws -> RawMessage? {
        let socket = try stage.sending(request)
        try hold(try socket.receiveFinal()?.body == "ok", "no first response")
        socket.send(request)
        return try socket.receiveFinal()
    }

    private static let races =
        [false, true].map { isReset in
            LifeCase(
                name: "a GET survives that its kept connection \(isReset ? "is reset" : "ends")"
            ) { stage in
                breakingOff(stage, isReset: isReset, behind: "")
                let response = try second(stage, get)
                try hold(response?.body == "ok", "\(response as Any)")
                try hold(stage.upstream.requests.count <= 3, "sent more often than twice")
            }
        }
        + ["POST", "PATCH", "LOCK"].map { method in
            LifeCase(name: "\(method) is sent at most once when its kept connection ends") {
                stage in
                breakingOff(stage, behind: "")
                let response = try second(stage, post(method))
                try hold(stage.upstream.requests.count <= 2, "sent twice")
                try hold((response?.status ?? 502) >= 400, "\(response as Any)")
            }
        }
        + [
            LifeCase(name: "PUT survives that its kept connection ends, with its body") { stage in
                breakingOff(stage, behind: "")
                let response = try second(stage, post("PUT"))
                try hold(response?.body == "ok", "\(response as Any)")
                let bodies = stage.upstream.requests.map(\.body)
                try hold(bodies.allSatisfy { $0 == "body" } && bodies.count == 3, "\(bodies)")
            },
            LifeCase(name: "a GET is not sent again behind a byte of its response") { stage in
                breakingOff(stage, behind: "HTTP/1.1 2")
                let response = try second(stage, get)
                try hold(stage.upstream.requests.count == 2, "sent again")
                try hold((response?.status ?? 502) == 502, "\(response as Any)")
            },
            LifeCase(name: "a GET is not sent again when a new connection ends") { stage in
                stage.serve { [upstream = stage.upstream] socket, _ in
                    guard let request = try socket.receiveRequest() else { return }
                    upstream.record(request)
                }
                let response = try stage.sending(get).receiveFinal()
                try hold(response?.status == 502, "\(response as Any)")
                try hold(stage.upstream.requests.count == 1, "sent again")
            },
            LifeCase(name: "a POST is not sent again when a new connection ends") { stage in
                stage.serve { [upstream = stage.upstream] socket, _ in
                    guard let request = try socket.receiveRequest() else { return }
                    upstream.record(request)
                }
                let response = try stage.sending(post("POST")).receiveFinal()
                try hold(response?.status == 502, "\(response as Any)")
                try hold(stage.upstream.requests.count == 1, "sent again")
            },
            LifeCase(name: "a POST meets no kept connection whose end has come") { stage in
                stage.serve { [upstream = stage.upstream] socket, _ in
                    guard let request = try socket.receiveRequest() else { return }
                    upstream.record(request)
                    socket.send(ok)
                }
                let socket = try stage.connect()
                for number in 0..<10 {
                    socket.send(post("POST"))
                    let response = try socket.receiveFinal()
                    try hold(response?.body == "ok", "\(number): \(response as Any)")
                    try holdSoon(stage.upstream.connectionCount == 0, "a connection is left")
                }
            },
            LifeCase(name: "bytes on an idle connection answer nobody") { stage in
                stage.serve { [upstream = stage.upstream] socket, number in
                    while let request = try socket.receiveRequest() {
                        socket.send(ok)
                        if request.target == "/evil" {
                            try upstream.wait(for: "answered")
                            socket.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
                            upstream.note("sent")
                        }
                    }
                }
                let socket = try stage.sending("GET /evil HTTP/1.1\r\nHost: x\r\n\r\n")
                try hold(try socket.receiveFinal()?.body == "ok", "no first response")
                stage.upstream.note("answered")
                try stage.upstream.wait(for: "sent")
                for socket in [socket, try stage.connect()] {
                    socket.send(get)
                    let response = try socket.receiveFinal()
                    try hold(response?.body == "ok", "\(response as Any)")
                }
            },
        ]

    // MARK: Clients that go away

    /// How a client leaves; `begun` is what it has of its response by then.
    ///
    /// A client that only sends its end may still read, and no packet tells that from a client that
    /// is gone. While it waits the proxy can ask; behind a head the next byte does, so that the
    /// instance goes on with its response.
    private static func leaving(
        _ name: String,
        _ request: String,
        after begun: String = "",
        isReset: Bool
    ) -> LifeCase {
        LifeCase(name: "a client that \(isReset ? "resets" : "closes") \(name) ends its request") {
            stage in
            stage.serve { [upstream = stage.upstream] socket, _ in
                guard try socket.receiveRequestHead() != nil else { return }
                socket.send(begun)
                upstream.note("head")
                if !begun.isEmpty {
                    try upstream.wait(for: "left")
                    let deadline = ContinuousClock.now + .seconds(5)
                    while !socket.isReadable(within: 10), socket.send("1\r\na\r\n") {
                        try hold(ContinuousClock.now < deadline, "nobody ends the stream")
                    }
                }
                // Nothing of the request may look whole, and its end must come.
                let rest = socket.receiveToEnd() ?? ""
                try hold(!rest.hasSuffix("0\r\n\r\n") && rest.utf8.count < 9, "it looks whole")
                upstream.note("ended")
            }
            do {
                let socket = try stage.sending(request)
                try stage.upstream.wait(for: "head")
                if !begun.isEmpty {
                    try hold(try socket.receiveFinalHead() != nil, "no head")
                    try hold(try socket.receiveChunk() == "abc", "no chunk")
                }
                if isReset { socket.resetOnClose() }
            }
            stage.upstream.note("left")
            try stage.upstream.wait(for: "ended")
        }
    }

    private static let leavers = [false, true].flatMap { isReset in
        [
            leaving("while it waits", get, isReset: isReset),
            leaving(
                "in the middle of its response",
                get,
                after: chunkedHead + "3\r\nabc\r\n",
                isReset: isReset
            ),
            leaving(
                "in the middle of its body",
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
                isReset: isReset
            ),
            leaving(
                "in the middle of its chunks",
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                isReset: isReset
            ),
        ]
    }
}
