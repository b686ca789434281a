/// What an instance does in place of a proper response, and what its client may see of that.
struct Fault: Sendable {
    enum End: Sendable {
        case close
        case reset
        /// It stays, so that the bytes alone are to be judged.
        case stay
    }

    enum Verdict: Sendable {
        /// An answer of the proxy's own, or nothing.
        case refused
        /// The start of the response, but never its end.
        case broken
    }

    var name: String
    var bytes: String
    var end = End.stay
    var verdict = Verdict.refused
}

extension Fault {
    private static let head = "HTTP/1.1 200 OK\r\n"
    private static let chunked = head + "Transfer-Encoding: chunked\r\n\r\n"

    static let all = statusLines + lengths + fields + bodies

    private static let statusLines = [
        Fault(name: "garbage for a status line", bytes: "garbage\r\n\r\n"),
        Fault(name: "no head at all", bytes: "<html>hello</html>\r\n", end: .close),
        Fault(name: "another protocol", bytes: "SSH-2.0-OpenSSH_9.2\r\n"),
        Fault(name: "HTTP/2.0", bytes: "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        Fault(name: "a status of two digits", bytes: "HTTP/1.1 99 No\r\nContent-Length: 0\r\n\r\n"),
        Fault(
            name: "a status of four digits",
            bytes: "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n"
        ),
        Fault(name: "a status that is none", bytes: "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n"),
        Fault(name: "status 000", bytes: "HTTP/1.1 000 No\r\nContent-Length: 0\r\n\r\n"),
        Fault(name: "NUL in the reason", bytes: "HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n"),
        Fault(
            name: "101 that nobody asked for",
            bytes: "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                + "Upgrade: websocket\r\n\r\n"
        ),
        Fault(
            name: "interim responses without end",
            bytes: String(repeating: "HTTP/1.1 103 Early Hints\r\n\r\n", count: 5_000)
        ),
    ]

    private static let lengths =
        ["abc", "-1", "+2", "2,3", "2, 2x", "0x2", "2 2", ""].map {
            Fault(name: "Content-Length: '\($0)'", bytes: head + "Content-Length: \($0)\r\n\r\nok")
        } + [
            Fault(
                name: "a length of 2^64 and more",
                bytes: head + "Content-Length: 18446744073709551618\r\n\r\nok"
            ),
            Fault(
                name: "two different lengths",
                bytes: head + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!"
            ),
        ]

    private static let fields = [
        Fault(name: "NUL in a value", bytes: head + "X: a\0b\r\nContent-Length: 0\r\n\r\n"),
        Fault(
            name: "a control byte in a value",
            bytes: head + "X: \u{1}\r\nContent-Length: 0\r\n\r\n"
        ),
        Fault(name: "CR alone in a value", bytes: head + "X: a\rb: c\r\nContent-Length: 0\r\n\r\n"),
        Fault(
            name: "a line without a colon",
            bytes: head + "nonsense\r\nContent-Length: 0\r\n\r\n"
        ),
        Fault(name: "an empty name", bytes: head + ": x\r\nContent-Length: 0\r\n\r\n"),
        Fault(
            name: "a head of 200 KB",
            bytes: head + "X: " + String(repeating: "x", count: 200_000) + "\r\n\r\n"
        ),
        Fault(
            name: "ten thousand lines",
            bytes: head + String(repeating: "X: y\r\n", count: 10_000) + "\r\n"
        ),
    ]

    private static let bodies = [
        Fault(name: "an end before a byte", bytes: "", end: .close),
        Fault(name: "a reset before a byte", bytes: "", end: .reset),
        Fault(name: "an end in the status line", bytes: "HTTP/1.1 200 O", end: .close),
        Fault(name: "an end in the head", bytes: head + "Content-Le", end: .close),
        Fault(name: "a reset in the head", bytes: head + "Content-Le", end: .reset),
        Fault(
            name: "an end behind an interim response",
            bytes: "HTTP/1.1 103 Early Hints\r\n\r\n",
            end: .close
        ),
        Fault(
            name: "an end in a body with a length",
            bytes: head + "Content-Length: 10\r\n\r\nabc",
            end: .close,
            verdict: .broken
        ),
        Fault(
            name: "a reset in a body with a length",
            bytes: head + "Content-Length: 10\r\n\r\nabc",
            end: .reset,
            verdict: .broken
        ),
        Fault(
            name: "an end in a chunk",
            bytes: chunked + "5\r\nabc",
            end: .close,
            verdict: .broken
        ),
        Fault(
            name: "an end between chunks",
            bytes: chunked + "3\r\nabc\r\n",
            end: .close,
            verdict: .broken
        ),
        Fault(
            name: "an end in the last chunk",
            bytes: chunked + "3\r\nabc\r\n0\r\n",
            end: .close,
            verdict: .broken
        ),
        Fault(
            name: "a reset in a chunk",
            bytes: chunked + "5\r\nabc",
            end: .reset,
            verdict: .broken
        ),
        Fault(
            name: "a reset of a body that only an end ends",
            bytes: head + "\r\nabc",
            end: .reset,
            verdict: .broken
        ),
        Fault(
            name: "a chunk size that is none",
            bytes: chunked + "zz\r\nabc\r\n0\r\n\r\n",
            verdict: .broken
        ),
        Fault(
            name: "a negative chunk size",
            bytes: chunked + "-3\r\nabc\r\n0\r\n\r\n",
            verdict: .broken
        ),
        Fault(
            name: "a chunk size of 17 digits",
            bytes: chunked + "10000000000000003\r\nabc\r\n0\r\n\r\n",
            verdict: .broken
        ),
        Fault(
            name: "a chunk of another size than it says",
            bytes: chunked + "3\r\nabcdef\r\n0\r\n\r\n",
            verdict: .broken
        ),
    ]
}

extension LifeCase {
    /// Instances that fail in every way that bytes can.
    static let faults = Fault.all.map(fault) + connections

    private static func fault(_ fault: Fault) -> LifeCase {
        LifeCase(name: "\(fault.name) never looks like a response") { stage in
            stage.serve { [upstream = stage.upstream] socket, _ in
                guard try socket.receiveRequest() != nil else { return }
                socket.send(fault.bytes)
                switch fault.end {
                case .close: return
                case .reset:
                    // What was sent is to arrive first, where the proxy passes it on.
                    if fault.verdict == .broken { try upstream.wait(for: "begun") }
                    socket.resetOnClose()
                case .stay: _ = socket.receive(count: 1)
                }
            }
            let socket = try stage.sending(get)
            var response = try socket.receiveFinalHead()
            stage.upstream.note("begun")
            response = try response.map(socket.receivingBody)
            guard let response else { return }
            if (500...504).contains(response.status) { return }
            try hold(response.status == 200, "status \(response.status)")
            try hold(fault.verdict == .broken, "a response: \(response)")
            try hold(!response.isComplete, "it looks whole: \(response)")
        }
    }

    private static let connections = [
        LifeCase(name: "a refused connection is a 502 or 503", instance: .nobody) { stage in
            for _ in 0..<3 {
                let response = try stage.sending(get).receiveFinal()
                try hold([502, 503].contains(response?.status), "\(response as Any)")
            }
        },
        LifeCase(name: "what follows a response is no other client's response") { stage in
            stage.serve { socket, number in
                while let request = try socket.receiveRequest() {
                    let body = request.target
                    let answer =
                        "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
                    socket.send(answer + (body == "/first" ? Self.ok : ""))
                }
            }
            let first = try stage.sending("GET /first HTTP/1.1\r\nHost: x\r\n\r\n")
            try hold(try first.receiveFinal()?.body == "/first", "no first response")
            for socket in [first, try stage.connect(), try stage.connect()] {
                socket.send("GET /own HTTP/1.1\r\nHost: x\r\n\r\n")
                let response = try socket.receiveFinal()
                try hold(response?.body == "/own", "\(response as Any)")
            }
        },
        LifeCase(name: "a length and chunks in one response have one reading") { stage in
            stage.answer { _ in
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n0\r\n\r\n"
            }
            let response = try stage.sending(get).receiveFinal()
            let isRefused = response.map { $0.status >= 500 } ?? true
            try hold(isRefused || response?.body == "abc", "\(response as Any)")
        },
    ]
}
