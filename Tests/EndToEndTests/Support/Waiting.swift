import Dispatch

/// Nothing happened in the time that it may take.
struct TookTooLong: Error, CustomStringConvertible {
    let description: String
}

/// Asks `probe` again and again until it answers with a value.
///
/// No thread is blocked meanwhile, so that tests can wait side by side. `what` completes the
/// sentence "waited in vain for ...", and `state` is shown below it.
@discardableResult
func value<Value>(
    of what: String,
    within limit: Duration = .seconds(30),
    showing state: () async -> String = { "" },
    from probe: () async throws -> Value?
) async throws -> Value {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while true {
        if let value = try await probe() { return value }
        guard clock.now < deadline else {
            throw TookTooLong(description: "waited \(limit) in vain for \(what)\n\(await state())")
        }
        await nextAttempt()
    }
}

/// Asks again and again until `condition` is true.
///
/// - Throws: ``TookTooLong``, and what `condition` throws.
func waitUntil(
    _ what: String,
    within limit: Duration = .seconds(30),
    showing state: () async -> String = { "" },
    _ condition: () async throws -> Bool
) async throws {
    let _: Bool = try await value(of: what, within: limit, showing: state) {
        try await condition() ? true : nil
    }
}

/// The pace of asking: often enough to be quick, seldom enough to leave the machine to the product.
private func nextAttempt() async {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(50)) {
            continuation.resume()
        }
    }
}
