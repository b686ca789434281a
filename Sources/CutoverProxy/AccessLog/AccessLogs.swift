/// The access log of the live table, as the control thread keeps it.
struct AccessLogs {
    private let loops: Int
    private let dropped = AccessLogDrops()
    private var current: AccessLog?
    /// Those of tables before, which loops may still write.
    private var former: [AccessLog] = []

    /// Logs for this many loops; none is open.
    init(loops: Int) {
        self.loops = loops
    }

    /// Lines that are missing since the process started.
    var droppedCount: UInt64 { dropped.count }

    /// The log that a table asks for; without the room for one there is none, which is reported.
    mutating func open(_ path: String?) -> AccessLog? {
        if current?.path != path {
            former += [current].compactMap(\.self)
            current = path.flatMap(make)
        }
        return current
    }

    private func make(_ path: String) -> AccessLog? {
        do throws(ProxyFault) {
            return try AccessLog(path: path, loops: loops, dropped: dropped)
        } catch {
            report("\(error); requests are served without it")
            return nil
        }
    }

    /// Ends the logs of tables before, when no loop has them any more.
    mutating func settle() {
        for log in former {
            log.finish()
        }
        former = []
    }

    /// Ends all logs, when no loop runs any more, and gives the current one a moment to write.
    mutating func finish() {
        settle()
        current?.finish()
        current?.awaitEnd(milliseconds: 2_000)
        current = nil
    }
}
