import Dispatch

/// Nothing happened in the time that it may take.
struct TookTooLong: Error, CustomStringConvertible {
    let description: String
}

/// Asks again and again until there is a value, for at most 20 seconds.
func value<Value>(of what: String, _ probe: () async throws -> Value?) async throws -> Value {
    let deadline = ContinuousClock.now + .seconds(20)
    while true {
        if let value = try await probe() {
            return value
        }
        guard ContinuousClock.now < deadline else {
            throw TookTooLong(description: "waited in vain for \(what)")
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(5)) {
                continuation.resume()
            }
        }
    }
}

/// Asks again and again until it is true, for at most 20 seconds.
func waitUntil(_ what: String, _ condition: () async throws -> Bool) async throws {
    try await value(of: what) { try await condition() ? () : nil }
}
