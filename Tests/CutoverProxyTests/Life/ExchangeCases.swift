import Foundation

extension LifeCase {
    /// Old clients, expectations, early responses, both directions at once, events, ends of halves,
    /// and requests in a row.
    static let exchanges = oldClients + expectations + early + atOnce + halves + rows

    static let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    static let chunkedHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    // MARK: HTTP/1.0

    private static let oldClients = [
        LifeCase(name: "a client of HTTP/1.0 gets chunks without their framing, and an end") {
            stage in
            stage.answer { _ in chunkedHead + "3\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: t\r\n\r\n" }
            let socket = try stage.sending("GET / HTTP/1.0\r\nHost: x\r\n\r\n")
            let response = try socket.receiveFinal()
            try hold(response?.framing == .close, "framed by \(response?.framing as Any)")
            try hold(response?.body == "abcde", "\(response?.body as Any)")
        },
        LifeCase(name: "chunks that break off do not look whole to a client of HTTP/1.0") { stage in
            stage.serve { socket, _ in
                _ = try socket.receiveRequest()
                socket.send(chunkedHead + "5\r\nabc")
            }
            let socket = try stage.sending("GET / HTTP/1.0\r\nHost: x\r\n\r\n")
            let response = try socket.receiveFinal()
            let looksWhole = response?.isComplete == true && response?.status == 200
            try hold(!looksWhole, "a plain end behind '\(response?.body ?? "")'")
        },
        LifeCase(name: "a client of HTTP/1.0 gets no interim response") { stage in
            stage.answer { _ in "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\n\r\n" + ok }
            let socket = try stage.sending("GET / HTTP/1.0\r\nHost: x\r\n\r\n")
            let response = try socket.receiveFinal()
            try hold(response?.interims == [] && response?.body == "ok", "\(response as Any)")
        },
        LifeCase(name: "a client of HTTP/1.0 that keeps its connection is served again") { stage in
            stage.answer { _ in ok }
            var socket = try stage.connect()
            for _ in 0..<3 {
                socket.send("GET / HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n")
                let response = try socket.receiveFinal()
                try hold(response?.body == "ok", "\(response as Any)")
                let isKept = response?["connection"].contains { $0.lowercased() == "keep-alive" }
                if isKept != true { socket = try stage.connect() }
            }
        },
        LifeCase(name: "a body of a client of HTTP/1.0 arrives") { stage in
            stage.answer { _ in ok }
            let socket = try stage.sending(
                "POST / HTTP/1.0\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
            )
            try hold(try socket.receiveFinal()?.body == "ok", "no answer")
            try hold(stage.upstream.requests.first?.body == "body", "another body")
        },
    ]

    // MARK: Expect: 100-continue

    static let put =
        "PUT / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n"

    private static let expectations = [
        LifeCase(name: "the body follows the 100 that was asked for") { stage in
            stage.serve { socket, _ in
                let head = try socket.receiveRequestHead()
                if head?["expect"] == ["100-continue"] {
                    socket.send("HTTP/1.1 100 Continue\r\n\r\n")
                }
                try hold(socket.receive(count: 4) == Array("body".utf8), "another body")
                socket.send(ok)
            }
            let socket = try stage.sending(put)
            let interim = socket.receive(through: "\r\n\r\n")
            try hold(interim?.hasPrefix("HTTP/1.1 100 ") == true, "\(interim as Any)")
            socket.send("body")
            try hold(try socket.receiveFinal()?.body == "ok", "no response")
        },
        LifeCase(name: "a refusal in place of the 100 arrives") { stage in
            stage.serve { socket, _ in
                _ = try socket.receiveRequestHead()
                socket.send("HTTP/1.1 417 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
            }
            let socket = try stage.sending(put)
            let response = try socket.receiveFinal()
            try hold(response?.status == 417 && response?.body == "no", "\(response as Any)")
        },
        LifeCase(name: "a client that does not wait for its 100 gets one answer") { stage in
            stage.serve { socket, _ in
                while try socket.receiveRequestHead() != nil {
                    socket.send("HTTP/1.1 100 Continue\r\n\r\n")
                    guard socket.receive(count: 4) != nil else { return }
                    socket.send(ok)
                }
            }
            let socket = try stage.connect()
            for _ in 0..<3 {
                socket.send(put + "body")
                try hold(try socket.receiveFinal()?.body == "ok", "no response")
            }
        },
        LifeCase(name: "a client whose instance sends no 100 goes on by itself") { stage in
            stage.serve { [upstream = stage.upstream] socket, _ in
                _ = try socket.receiveRequestHead()
                upstream.note("head")
                try hold(socket.receive(count: 4) != nil, "no body")
                socket.send(ok)
            }
            let socket = try stage.sending(put)
            try stage.upstream.wait(for: "head")
            socket.send("body")
            try hold(try socket.receiveFinal()?.body == "ok", "no response")
        },
        LifeCase(name: "a 100 that nobody asked for harms nothing") { stage in
            stage.answer { _ in "HTTP/1.1 100 Continue\r\n\r\n" + ok }
            let socket = try stage.connect()
            for _ in 0..<3 {
                socket.send(get)
                try hold(try socket.receiveFinal()?.body == "ok", "no response")
            }
        },
    ]

    // MARK: Early responses

    private static let early = ["Content-Length: 8388608", "Transfer-Encoding: chunked"].map {
        framing in
        LifeCase(name: "a refusal arrives while the body is still coming (\(framing))") { stage in
            stage.serve { socket, _ in
                _ = try socket.receiveRequestHead()
                socket.send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")
                socket.finishSending()
                while socket.receive(count: 65_536) != nil {}
            }
            let socket = try stage.sending("POST / HTTP/1.1\r\nHost: x\r\n\(framing)\r\n\r\n")
            let sender = Thread {
                let piece = String(repeating: "b", count: 65_536)
                let isChunked = framing.contains("chunked")
                for _ in 0..<128 {
                    guard socket.send(isChunked ? "10000\r\n\(piece)\r\n" : piece) else { return }
                }
            }
            sender.start()
            let response = try socket.receiveFinal()
            try hold(response?.status == 413 && response?.body == "big", "\(response as Any)")
        }
    }

    // MARK: Both directions at once

    private static let events = LifeCase(name: "each event arrives before the next is sent") {
        stage in
        stage.serve { [upstream = stage.upstream] socket, _ in
            _ = try socket.receiveRequest()
            socket.send(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n"
            )
            for number in 0..<20 {
                socket.send("9\r\ndata: \(number % 10)\n\n\r\n")
                try upstream.wait(for: "event \(number)")
            }
            socket.send("0\r\n\r\n")
        }
        let socket = try stage.sending(get)
        let began = ContinuousClock.now
        try hold(try socket.receiveFinalHead()?.framing == .chunked, "no stream")
        for number in 0..<20 {
            try hold(try socket.receiveChunk() == "data: \(number % 10)\n\n", "no event \(number)")
            stage.upstream.note("event \(number)")
        }
        try hold(try socket.receiveChunk() == "", "no end")
        // Held back by a timer of any kind, even of Nagle's, twenty events take longer.
        let took = ContinuousClock.now - began
        try hold(took < .seconds(2), "\(took) for twenty events")
    }

    private static let atOnce = [
        events,
        LifeCase(name: "events that only the connection's end ends arrive one by one") { stage in
            stage.serve { [upstream = stage.upstream] socket, _ in
                _ = try socket.receiveRequest()
                socket.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
                for number in 0..<10 {
                    socket.send("data: \(number)\n\n")
                    try upstream.wait(for: "event \(number)")
                }
            }
            let socket = try stage.sending(get)
            try hold(try socket.receiveFinalHead()?.status == 200, "no stream")
            for number in 0..<10 {
                let event = socket.receive(through: "data: \(number)\n\n")
                try hold(event != nil, "no event \(number)")
                stage.upstream.note("event \(number)")
            }
        },
        LifeCase(name: "each chunk is answered before the next is sent") { stage in
            stage.serve { socket, _ in
                _ = try socket.receiveRequestHead()
                socket.send(chunkedHead)
                while let chunk = try socket.receiveChunk(), !chunk.isEmpty {
                    socket.send("\(String(chunk.utf8.count, radix: 16))\r\n\(chunk)\r\n")
                }
                socket.send("0\r\n\r\n")
            }
            let socket = try stage.sending(
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            for number in 0..<20 {
                socket.send("4\r\n\(1_000 + number)\r\n")
                if number == 0 {
                    try hold(try socket.receiveFinalHead()?.framing == .chunked, "no stream")
                }
                try hold(try socket.receiveChunk() == "\(1_000 + number)", "no \(number)")
            }
            socket.send("0\r\n\r\n")
            try hold(try socket.receiveChunk() == "", "no end")
        },
        LifeCase(name: "each piece of a body with a length is answered before the next") { stage in
            stage.serve { socket, _ in
                _ = try socket.receiveRequestHead()
                socket.send(chunkedHead)
                for _ in 0..<20 {
                    guard let piece = socket.receive(count: 4) else { return }
                    socket.send("4\r\n\(String(decoding: piece, as: UTF8.self))\r\n")
                }
                socket.send("0\r\n\r\n")
            }
            let socket = try stage.sending(
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 80\r\n\r\n"
            )
            for number in 0..<20 {
                socket.send("\(1_000 + number)")
                if number == 0 {
                    try hold(try socket.receiveFinalHead()?.framing == .chunked, "no stream")
                }
                try hold(try socket.receiveChunk() == "\(1_000 + number)", "no \(number)")
            }
            try hold(try socket.receiveChunk() == "", "no end")
        },
    ]

    // MARK: Ends of halves

    private static let halves =
        [get, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"]
        .map { request in
            LifeCase(
                name: "a client that has sent its end gets its response (\(request.prefix(4)))"
            ) {
                stage in
                stage.serve { [upstream = stage.upstream] socket, _ in
                    _ = try socket.receiveRequest()
                    try upstream.wait(for: "end")
                    socket.send(ok)
                }
                let socket = try stage.sending(request)
                socket.finishSending()
                // A proxy that gives up on this client does so by the time others are served.
                for _ in 0..<5 { _ = try stage.sending("GET / HTTP/9.9\r\n\r\n").receiveToEnd() }
                stage.upstream.note("end")
                try hold(try socket.receiveFinal()?.body == "ok", "no response")
            }
        } + [
            LifeCase(name: "an end behind a response with a length harms nothing") { stage in
                stage.serve { socket, _ in
                    _ = try socket.receiveRequest()
                    socket.send(ok)
                    socket.finishSending()
                }
                let socket = try stage.connect()
                for _ in 0..<5 {
                    socket.send(get)
                    try hold(try socket.receiveFinal()?.body == "ok", "no response")
                }
            }
        ]

    // MARK: Requests in a row

    private static let rows = [
        LifeCase(name: "forty pipelined requests are answered in order") { stage in
            stage.answer { "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\($0.target.suffix(3))" }
            let targets = (100..<140).map { "/\($0)" }
            let socket = try stage.sending(
                targets.map { "GET \($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined()
            )
            for target in targets {
                try hold(
                    try socket.receiveFinal()?.body == String(target.dropFirst()),
                    "no \(target)"
                )
            }
        },
        LifeCase(name: "a pipelined HEAD leaves its neighbours in step") { stage in
            stage.answer { request in
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
                    + (request.method == "HEAD" ? "" : "hello")
            }
            let head = "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"
            let socket = try stage.sending(get + head + get + head + get)
            for number in 0..<5 {
                let response = try socket.receiveFinal(toHead: number % 2 == 1)
                try hold(response?.body == (number % 2 == 1 ? "" : "hello"), "\(response as Any)")
            }
        },
        LifeCase(name: "nothing behind a request that closes is answered") { stage in
            stage.answer { _ in ok }
            let closing = "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            let socket = try stage.sending(get + closing + get)
            try hold(try socket.receiveFinal()?.body == "ok", "no first response")
            let last = try socket.receiveFinal()
            try hold(last?.body == "ok" && last?.closes == true, "\(last as Any)")
            try hold(socket.receiveToEnd() == "", "an answer behind the last")
            try hold(stage.upstream.requests.count == 2, "a request behind the last was passed on")
        },
        LifeCase(name: "what was right is answered before what is wrong is refused") { stage in
            stage.answer { _ in ok }
            let socket = try stage.sending(get + "GET / HTTP/1.1\r\nHo st: x\r\n\r\n" + get)
            try hold(try socket.receiveFinal()?.body == "ok", "no first response")
            try hold(try socket.receiveFinal()?.status == 400, "not refused")
            try hold(socket.receiveToEnd() == "", "an answer behind the refusal")
            try hold(stage.upstream.requests.count == 1, "passed on")
        },
        LifeCase(name: "requests in a row are answered through closing instances") { stage in
            stage.serve { socket, _ in
                _ = try socket.receiveRequest()
                socket.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
            }
            let socket = try stage.sending(String(repeating: get, count: 10))
            for _ in 0..<10 {
                let response = try socket.receiveFinal()
                try hold(response?.body == "ok" && response?.closes == false, "\(response as Any)")
            }
        },
    ]
}
