import CutoverCore

/// The engine as a dashboard reaches it: in this process, or through its socket.
protocol EngineLink: Sendable {
    /// The newest state of everything, again and again, until the engine cannot be reached any
    /// more.
    func snapshots() -> AsyncStream<EngineSnapshot>

    func send(_ command: EngineCommand) async -> CommandReply

    /// The last lines that an instance wrote, oldest first.
    func log(of instance: InstanceID, service: ServiceName) async -> [String]

    /// This process is about to be stopped for a while, with all its threads.
    func suspend() async

    /// It goes on.
    func resume() async
}
