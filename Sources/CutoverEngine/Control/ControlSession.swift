import CutoverCore

/// One client of the control socket, on its own thread.
struct ControlSession {
    let channel: ControlChannel
    let engine: Engine

    /// Answers until the client leaves or breaks the protocol.
    func run() {
        do throws(ControlError) {
            while let request = try channel.receive(
                ControlRequest.self,
                limit: ControlProtocol.requestLimit
            ) {
                if case .watch = request {
                    try watch()
                } else {
                    try channel.send(answer(to: request))
                }
            }
        } catch {
            // The client may be gone: then nobody reads the reason.
            try? channel.send(ControlResponse.failed(reason: "\(error)"))
        }
    }

    private func answer(to request: ControlRequest) -> ControlResponse {
        switch request {
        case .command(let command):
            return wait { [engine] in await engine.send(command) }.map { .reply($0) } ?? stopped
        case .snapshot, .watch:
            guard let snapshot = engine.snapshot else {
                return .failed(reason: "the engine is starting; try again in a moment")
            }
            return .snapshot(snapshot)
        case .journal(let limit, let service):
            let bounded = min(max(limit, 0), 10_000)
            switch wait({ [engine] in await engine.journal(limit: bounded, of: service) }) {
            case .success(let entries): return .journal(entries)
            case .failure(let error): return .failed(reason: "\(error)")
            case nil: return stopped
            }
        case .logPath(let service, let instance):
            let path = wait { [engine] in await engine.logPath(of: instance, in: service) } ?? nil
            return path.map { .logPath($0) }
                ?? .failed(reason: "\(service) has no instance \(instance) with a log")
        case .stopEverything:
            return wait { [engine] in await engine.stop(.stopEverything) }.map { .stopped }
                ?? stopped
        }
    }

    private var stopped: ControlResponse { .failed(reason: "the engine has stopped") }

    /// Sends the newest snapshot whenever there is one; ends when the client or the engine does.
    private func watch() throws(ControlError) {
        let newest = Handoff<EngineSnapshot>()
        let task = Task { [engine] in
            for await snapshot in engine.subscribe() {
                newest.put(snapshot)
            }
            newest.finish()
        }
        defer { task.cancel() }
        while let snapshot = newest.take() {
            try channel.send(ControlResponse.snapshot(snapshot))
        }
        throw .refused(reason: "the engine has stopped")
    }

    /// Waits on this thread, which is the client's own, for what the engine answers.
    private func wait<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value? {
        let slot = Handoff<Value>()
        Task {
            slot.put(await body())
            slot.finish()
        }
        return slot.take()
    }
}
