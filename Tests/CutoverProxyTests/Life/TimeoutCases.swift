import Foundation

extension LifeCase {
    /// Every timeout: whoever keeps another waiting is given up, and nobody before that.
    static let timeouts = heads + drips + bodies + others

    private static let short = LifeTimeouts.short

    /// Holds when something ends soon, and not at once.
    private static func timed<Result>(_ body: () throws -> Result) throws -> Result {
        let began = ContinuousClock.now
        let result = try body()
        let took = ContinuousClock.now - began
        try hold(took > .milliseconds(short / 2), "given up after \(took)")
        try hold(took < .seconds(6), "waited for \(took)")
        return result
    }

    /// A drop every third of the timeout, until somebody ends it.
    private static func drip(_ drop: String, to socket: TestSocket) -> Bool {
        let deadline = ContinuousClock.now + .seconds(8)
        while ContinuousClock.now < deadline {
            guard socket.send(drop) else { return true }
            if socket.isReadable(within: Int32(short / 3)) { return true }
        }
        return false
    }

    private static let heads = [
        LifeCase(name: "half a head times out", timeouts: LifeTimeouts(head: short)) { stage in
            let socket = try stage.sending("GET / HTTP/1.1\r\nHost: x\r\n")
            let response = try timed { try socket.receiveFinal() }
            try hold((response?.status ?? 408) == 408, "\(response as Any)")
        },
        LifeCase(
            name: "a connection without a byte times out",
            timeouts: LifeTimeouts(head: short, keepAlive: short)
        ) { stage in
            let socket = try stage.connect()
            let rest = try timed { socket.receiveToEnd() ?? "" }
            try hold(rest.isEmpty || rest.hasPrefix("HTTP/1.1 408"), "\(rest)")
        },
        LifeCase(
            name: "a kept connection times out without a word",
            timeouts: LifeTimeouts(keepAlive: short)
        ) { stage in
            stage.answer { _ in ok }
            let socket = try stage.sending(get)
            try hold(try socket.receiveFinal()?.body == "ok", "no response")
            try hold(try timed { socket.receiveToEnd() } == "", "more than an end")
        },
        LifeCase(
            name: "an instance that does not respond times out",
            timeouts: LifeTimeouts(responseHead: short)
        ) { stage in
            stage.serve { socket, _ in
                _ = try socket.receiveRequest()
                _ = socket.receive(count: 1)
            }
            let response = try timed { try stage.sending(get).receiveFinal() }
            try hold(response?.status == 504, "\(response as Any)")
        },
        LifeCase(
            name: "an instance that lets a client wait for its 100 times out",
            timeouts: LifeTimeouts(responseHead: short)
        ) { stage in
            stage.serve { socket, _ in
                _ = try socket.receiveRequestHead()
                try hold(socket.receiveToEnd() == "", "a body that nobody sent")
            }
            let response = try timed { try stage.sending(put).receiveFinal() }
            try hold(response?.status == 504, "\(response as Any)")
        },
    ]

    /// Heads that come on and on, by bytes and by whole lines.
    private static let drips = ["a", "a: b\r\n"].flatMap { drop in
        [
            LifeCase(
                name: "a head that drips \(drop.debugDescription) times out as a whole",
                timeouts: LifeTimeouts(head: short)
            ) { stage in
                let socket = try stage.sending("GET / HTTP/1.1\r\n")
                try hold(try timed { drip(drop, to: socket) }, "it drips on")
            },
            LifeCase(
                name: "an instance's head that drips \(drop.debugDescription) times out as a whole",
                timeouts: LifeTimeouts(responseHead: short)
            ) { stage in
                stage.serve { socket, _ in
                    _ = try socket.receiveRequest()
                    socket.send("HTTP/1.1 200 OK\r\n")
                    try hold(drip(drop, to: socket), "it drips on")
                }
                let response = try timed { try stage.sending(get).receiveFinal() }
                try hold(response?.status == 504, "\(response as Any)")
            },
        ]
    }

    private static let bodies = [
        LifeCase(name: "a body that stops coming times out", timeouts: LifeTimeouts(idle: short)) {
            stage in
            stage.serve { [upstream = stage.upstream] socket, _ in
                _ = try socket.receiveRequest()
                upstream.note("ended")
            }
            let socket = try stage.sending(
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"
            )
            let response = try timed { try socket.receiveFinal() }
            try hold([408, 504].contains(response?.status ?? 408), "\(response as Any)")
            try stage.upstream.wait(for: "ended")
        },
        LifeCase(name: "a body that goes on does not time out", timeouts: LifeTimeouts(idle: 1_000))
        {
            stage in
            stage.answer { _ in ok }
            let socket = try stage.sending(
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n"
            )
            for _ in 0..<8 {
                try hold(!socket.isReadable(within: 200), "given up")
                socket.send("a")
            }
            try hold(try socket.receiveFinal()?.body == "ok", "no response")
        },
        LifeCase(name: "a response that stops times out", timeouts: LifeTimeouts(idle: short)) {
            stage in
            stage.serve { socket, _ in
                _ = try socket.receiveRequest()
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
                _ = socket.receive(count: 1)
            }
            let response = try timed { try stage.sending(get).receiveFinal() }
            try hold(response?.isComplete == false, "\(response as Any)")
        },
        LifeCase(name: "a client that takes nothing times out", timeouts: LifeTimeouts(idle: short))
        {
            stage in
            stage.serve { [upstream = stage.upstream] socket, _ in
                _ = try socket.receiveRequest()
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
                let piece = [UInt8](repeating: 0x61, count: 1 << 20)
                for _ in 0..<64 where !socket.send(piece) {
                    upstream.note("cut")
                    return
                }
            }
            let socket = try stage.connect(receiveBuffer: 4_096)
            socket.send(get)
            try timed { try stage.upstream.wait(for: "cut") }
        },
        LifeCase(
            name: "an instance that takes nothing times out",
            timeouts: LifeTimeouts(responseHead: short, idle: short)
        ) { stage in
            stage.serve { [upstream = stage.upstream] _, _ in try upstream.wait(for: "done") }
            let socket = try stage.sending(
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n"
            )
            let piece = [UInt8](repeating: 0x61, count: 1 << 20)
            try timed { for _ in 0..<64 where !socket.send(piece) { return } }
            stage.upstream.note("done")
        },
    ]

    private static let others = [
        LifeCase(
            name: "a handshake that nobody answers times out",
            instance: .blackHole,
            timeouts: LifeTimeouts(connect: short)
        ) { stage in
            let response = try timed { try stage.sending(get).receiveFinal() }
            try hold([502, 503, 504].contains(response?.status), "\(response as Any)")
        },
        LifeCase(
            name: "a tunnel that is silent times out at both ends",
            timeouts: LifeTimeouts(idle: short, tunnel: short)
        ) { stage in
            stage.serve { [upstream = stage.upstream] socket, _ in
                guard try socket.receiveRequestHead() != nil else { return }
                socket.send(switching)
                _ = socket.receiveToEnd()
                upstream.note("ended")
            }
            let socket = try stage.sending(
                upgrade
            )
            try hold(try socket.receiveFinalHead()?.status == 101, "no tunnel")
            _ = try timed { socket.receiveToEnd() }
            try stage.upstream.wait(for: "ended")
        },
        LifeCase(
            name: "the drain's end cuts what is left, and says so where it can",
            isOursAlone: "another proxy has no call that ends a drain"
        ) { stage in
            guard let own = stage.subject as? OwnProxy else { return }
            stage.serve { [upstream = stage.upstream] socket, number in
                let head = try socket.receiveRequest()
                if head?.target == "/begun" {
                    socket.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
                }
                upstream.note("head \(head?.target ?? "")")
                _ = socket.receive(count: 1)
            }
            let silent = try stage.sending(get)
            let begun = try stage.sending("GET /begun HTTP/1.1\r\nHost: x\r\n\r\n")
            try stage.upstream.wait(for: "head /")
            try hold(try begun.receiveFinalHead()?.status == 200, "not begun")
            let (name, port) = (stage.service, stage.upstream.port)
            try own.apply(
                name,
                .of(name, weight: 0, port, isDraining: true),
                .of(name + "-green", weight: 1, freePort())
            )
            try hold(try own.cut(name + "-0") == 2, "not both were cut")
            try hold(try silent.receiveFinal()?.status == 503, "no 503")
            try hold(begun.receive(count: 4) == nil, "more than was sent")
            try own.apply(name, .of(name, weight: 1, port))
        },
    ]
}
