extension LifeCase {
    /// Cases that weigh the proxy: one after the other, so that what is measured is theirs.
    static let heavy = pressure + crowds

    private static let total = 256 << 20

    /// What 256 MB may add to the memory of a proxy that holds at most a read for each direction.
    private static let growthMaximum = 8 << 20

    /// What the kernel takes for two connections on its default settings.
    private static let socketBytesMaximum = 32 << 20

    /// Sends all of it, and says when the other side has not taken a byte for a moment.
    private static func pour(_ socket: TestSocket, _ upstream: LifeUpstream) -> Int {
        let piece = [UInt8](repeating: 0x61, count: 1 << 18)
        var sent = 0
        var isHalted = false
        while sent < total {
            if !isHalted, !socket.isWritable(within: 500) {
                isHalted = true
                upstream.note("halted at \(sent >> 20) MB")
                upstream.note(sent < socketBytesMaximum ? "halted" : "halted late")
            }
            guard socket.send(piece) else { return sent }
            sent += piece.count
        }
        return sent
    }

    /// Takes all of it, and returns the most memory that the proxy had meanwhile.
    private static func take(_ socket: TestSocket, _ stage: LifeStage) throws -> Int {
        var peak = stage.subject.residentBytes
        for _ in 0..<(total >> 24) {
            try hold(socket.discard(count: 1 << 24), "it ends before its end")
            peak = max(peak, stage.subject.residentBytes)
        }
        return peak
    }

    private static func judge(_ stage: LifeStage, _ name: String, before: Int, peak: Int) throws {
        let growth = max(0, peak - before)
        stage.report("\(name): resident memory grew by \(growth >> 10) KiB")
        try hold(growth < growthMaximum, "\(growth >> 20) MB more memory")
    }

    private static let pressure = [
        LifeCase(name: "256 MB to a slow reader wait at the instance") { stage in
            stage.serve { [upstream = stage.upstream] socket, _ in
                while let request = try socket.receiveRequest() {
                    let length = request.target == "/big" ? total : 0
                    socket.send("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n")
                    if length > 0 { _ = pour(socket, upstream) }
                }
            }
            let warm = try stage.sending(get)
            try hold(try warm.receiveFinal()?.status == 200, "no response")
            let before = (stage.subject.residentBytes, stage.subject.fileBytes)
            let socket = try stage.connect(receiveBuffer: 16_384)
            socket.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n")
            try hold(try socket.receiveFinalHead()?.status == 200, "no response")
            try stage.upstream.wait(for: "halted")
            let peak = try take(socket, stage)
            try judge(stage, "256 MB to a slow reader", before: before.0, peak: peak)
            let written = stage.subject.fileBytes - before.1
            try hold(written < growthMaximum, "\(written >> 20) MB went to files")
        },
        LifeCase(name: "256 MB to a slow instance wait at the client") { stage in
            stage.serve { [upstream = stage.upstream] socket, _ in
                guard let head = try socket.receiveRequestHead() else { return }
                if head.method == "POST" {
                    try upstream.wait(for: "halted")
                    let before = stage.subject.residentBytes
                    let peak = try take(socket, stage)
                    try judge(stage, "256 MB to a slow instance", before: before, peak: peak)
                }
                socket.send(ok)
            }
            let before = stage.subject.fileBytes
            let socket = try stage.sending(
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(total)\r\n\r\n"
            )
            try hold(pour(socket, stage.upstream) == total, "it broke off")
            try hold(try socket.receiveFinal()?.body == "ok", "no response")
            let written = stage.subject.fileBytes - before
            try hold(written < growthMaximum, "\(written >> 20) MB went to files")
        },
        LifeCase(name: "256 MB through a tunnel to a slow reader wait at the instance") { stage in
            stage.serve { [upstream = stage.upstream] socket, _ in
                guard try socket.receiveRequestHead() != nil else { return }
                socket.send(switching)
                _ = pour(socket, upstream)
            }
            let before = stage.subject.residentBytes
            let socket = try stage.connect(receiveBuffer: 16_384)
            socket.send(
                upgrade
            )
            try hold(try socket.receiveFinalHead()?.status == 101, "no tunnel")
            try stage.upstream.wait(for: "halted")
            let peak = try take(socket, stage)
            try judge(stage, "256 MB through a tunnel", before: before, peak: peak)
        },
    ]

    // MARK: Many that go wrong

    private static let crowds =
        [false, true].map { isReset in
            LifeCase(name: "200 clients that \(isReset ? "reset" : "close") leak no descriptor") {
                stage in
                stage.serve { [upstream = stage.upstream] socket, number in
                    guard try socket.receiveRequestHead() != nil else { return }
                    upstream.note("\(number)")
                    _ = socket.receive(count: 1)
                }
                let before = stage.subject.descriptorCount
                for number in 0..<200 {
                    let socket = try stage.sending(get)
                    try stage.upstream.wait(for: "\(number)")
                    if isReset { socket.resetOnClose() }
                }
                try holdSoon(
                    stage.upstream.connectionCount == 0,
                    "the instance has connections left"
                )
                try holdSoon(
                    stage.subject.descriptorCount <= before,
                    "\(stage.subject.descriptorCount - before) descriptors are left"
                )
            }
        } + [
            LifeCase(name: "200 resets of instances leak no descriptor") { stage in
                stage.serve { socket, number in
                    guard try socket.receiveRequestHead() != nil else { return }
                    if number % 2 == 0 {
                        socket.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na")
                    }
                    socket.resetOnClose()
                }
                let before = stage.subject.descriptorCount
                for _ in 0..<200 {
                    let socket = try stage.sending(
                        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na"
                    )
                    let response = try socket.receiveFinal()
                    let isWhole = response?.isComplete == true && response?.status == 200
                    try hold(!isWhole, "\(response as Any)")
                }
                try holdSoon(
                    stage.subject.descriptorCount <= before,
                    "\(stage.subject.descriptorCount - before) descriptors are left"
                )
            }
        ]
}
