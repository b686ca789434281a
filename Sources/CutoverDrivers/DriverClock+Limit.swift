import CutoverCore

extension DriverClock {
    /// Runs `body` for at most `limit` and then cancels it; `nil` when that was needed.
    ///
    /// `body` must end soon after it was cancelled: its end is waited for.
    func limit<Value: Sendable>(
        _ limit: Duration,
        _ body: @escaping @Sendable () async -> Value
    ) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await body() }
            group.addTask {
                await wait(limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }
}

extension Duration {
    /// As operators write it: `2s`, `250ms`, `1.5s`.
    var words: String {
        let milliseconds = wholeMilliseconds
        if milliseconds < 1_000 {
            return "\(milliseconds)ms"
        }
        return milliseconds % 1_000 == 0
            ? "\(milliseconds / 1_000)s" : "\(Double(milliseconds) / 1_000)s"
    }
}
