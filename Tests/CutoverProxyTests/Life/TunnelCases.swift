import CutoverWire

extension LifeCase {
    /// Upgraded connections, and what runs while the table changes.
    static let tunnels = upgrades + switches

    static let upgrade =
        "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    static let switching =
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"

    /// Opens a tunnel; `script` goes on with the instance's end of it.
    private static func tunnel(
        _ stage: LifeStage,
        early: String = "",
        _ script: @escaping LifeStage.Script
    ) throws -> TestSocket {
        stage.serve { socket, number in
            guard try socket.receiveRequestHead() != nil else { return }
            socket.send(switching)
            try script(socket, number)
        }
        let socket = try stage.sending(upgrade + early)
        let head = try socket.receiveFinalHead()
        try hold(head?.status == 101, "no tunnel: \(head as Any)")
        return socket
    }

    private static func echo(_ socket: TestSocket) {
        while let byte = socket.receive(count: 1) { socket.send(byte) }
        socket.finishSending()
    }

    private static let upgrades = [
        LifeCase(name: "bytes pass both ways through a tunnel, few and many") { stage in
            let socket = try tunnel(stage) { socket, _ in echo(socket) }
            for size in [1, 2, 1_000, 100_000] {
                let bytes = [UInt8](repeating: UInt8(size % 251), count: size)
                socket.send(bytes)
                try hold(socket.receive(count: size) == bytes, "not echoed: \(size)")
            }
        },
        LifeCase(name: "bytes pass a tunnel byte by byte") { stage in
            let socket = try tunnel(stage) { socket, _ in echo(socket) }
            for byte in UInt8(0)..<200 {
                socket.send([byte])
                try hold(socket.receive(count: 1) == [byte], "not echoed: \(byte)")
            }
        },
        LifeCase(name: "bytes behind the request reach the tunnel") { stage in
            let socket = try tunnel(stage, early: "early") { socket, _ in echo(socket) }
            try hold(socket.receive(through: "early") == "early", "lost")
        },
        LifeCase(name: "bytes behind the 101 reach the client") { stage in
            stage.serve { socket, _ in
                guard try socket.receiveRequestHead() != nil else { return }
                socket.send(switching + "hello")
                echo(socket)
            }
            let socket = try stage.sending(upgrade)
            try hold(try socket.receiveFinalHead()?.status == 101, "no tunnel")
            try hold(socket.receive(through: "hello") == "hello", "lost")
        },
        LifeCase(name: "a tunnel goes on behind the end of what the client sends") { stage in
            let socket = try tunnel(stage) { socket, _ in
                try hold(socket.receiveToEnd() == "last", "another end")
                socket.send([UInt8](repeating: 0x62, count: 1_000_000))
            }
            socket.send("last")
            socket.finishSending()
            try hold(socket.receiveToEnd()?.utf8.count == 1_000_000, "cut")
        },
        LifeCase(name: "a tunnel goes on behind the end of what the instance sends") { stage in
            let socket = try tunnel(stage) { [upstream = stage.upstream] socket, _ in
                socket.send("last")
                socket.finishSending()
                try hold(socket.receiveToEnd()?.utf8.count == 1_000_000, "cut")
                upstream.note("all")
            }
            try hold(socket.receiveToEnd() == "last", "another end")
            socket.send([UInt8](repeating: 0x62, count: 1_000_000))
            socket.finishSending()
            try stage.upstream.wait(for: "all")
        },
        LifeCase(name: "a client's reset ends its tunnel at the instance") { stage in
            do {
                let socket = try tunnel(stage) { [upstream = stage.upstream] socket, _ in
                    _ = socket.receiveToEnd()
                    upstream.note("ended")
                }
                socket.resetOnClose()
            }
            try stage.upstream.wait(for: "ended")
        },
        LifeCase(name: "an instance's reset ends its tunnel at the client") { stage in
            let socket = try tunnel(stage) { socket, _ in socket.resetOnClose() }
            try hold((socket.receiveToEnd() ?? "") == "", "bytes from nowhere")
        },
        LifeCase(name: "a refused upgrade is an ordinary response") { stage in
            stage.answer { _ in ok }
            let socket = try stage.connect()
            for _ in 0..<3 {
                socket.send(upgrade)
                try hold(try socket.receiveFinal()?.body == "ok", "no response")
            }
        },
        LifeCase(name: "an upgrade to what nobody asked for is refused") { stage in
            stage.serve { socket, _ in
                guard try socket.receiveRequestHead() != nil else { return }
                socket.send("HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
                _ = socket.receive(count: 1)
            }
            let response = try stage.sending(upgrade).receiveFinal()
            try hold((response?.status ?? 502) >= 500, "\(response as Any)")
        },
    ]

    // MARK: Through a change of the table

    /// Plays `body` while the table takes the service from the case's instance to another one.
    private static func switching(
        _ name: String,
        _ body: @escaping @Sendable (LifeStage, _ change: () throws -> Void) throws -> Void
    ) -> LifeCase {
        LifeCase(
            name: name,
            isOursAlone: "another proxy has no call that replaces its table"
        ) { stage in
            guard let own = stage.subject as? OwnProxy else { return }
            let green = ScriptedUpstream.answering("green")
            defer { green.stop() }
            try body(stage) {
                try own.apply(
                    stage.service,
                    .of(stage.service, weight: 0, stage.upstream.port, isDraining: true),
                    .of(stage.service + "-green", weight: 1, green.port)
                )
                let response = try stage.sending(get).receiveFinal()
                try hold(response?.body == "green", "the new side does not answer")
            }
            // For the canary.
            try own.apply(stage.service, .of(stage.service, weight: 1, stage.upstream.port))
        }
    }

    private static let switches = [
        switching("a tunnel lives through a switch") { stage, change in
            let socket = try tunnel(stage) { socket, _ in echo(socket) }
            try change()
            socket.send("still here")
            try hold(socket.receive(through: "still here") != nil, "cut")
        },
        switching("a download lives through a switch") { stage, change in
            stage.serve { [upstream = stage.upstream] socket, _ in
                _ = try socket.receiveRequest()
                socket.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nblue")
                try upstream.wait(for: "switched")
                socket.send("blue")
            }
            let socket = try stage.sending(get)
            var response = try socket.receiveFinalHead()
            try change()
            stage.upstream.note("switched")
            response = try response.map(socket.receivingBody)
            try hold(response?.body == "blueblue", "\(response as Any)")
        },
        switching("an upload lives through a switch") { stage, change in
            stage.serve { [upstream = stage.upstream] socket, _ in
                guard try socket.receiveRequestHead() != nil else { return }
                upstream.note("head")
                try hold(socket.receive(count: 8) == Array("halfhalf".utf8), "another body")
                socket.send(ok)
            }
            let socket = try stage.sending(
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nhalf"
            )
            try stage.upstream.wait(for: "head")
            try change()
            socket.send("half")
            let response = try socket.receiveFinal()
            try hold(response?.body == "ok", "\(response as Any)")
        },
        switching("a kept connection of a client goes on at the new side") { stage, change in
            stage.answer { _ in ok }
            let socket = try stage.sending(get)
            try hold(try socket.receiveFinal()?.body == "ok", "no first response")
            try change()
            socket.send(get)
            try hold(try socket.receiveFinal()?.body == "green", "no second response")
        },
        switching("half a head at a switch becomes a request of the new side") { stage, change in
            let socket = try stage.sending("GET / HTTP/1.1\r\nHo")
            try change()
            socket.send("st: x\r\n\r\n")
            try hold(try socket.receiveFinal()?.body == "green", "no response")
        },
    ]
}
