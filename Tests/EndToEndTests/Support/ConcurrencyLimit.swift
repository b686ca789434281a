import Testing

/// Lets few tests of the suite run at once: each starts a dozen processes, and the machine is
/// small.
struct ConcurrencyLimit: SuiteTrait, TestTrait, TestScoping {
    fileprivate static let shared = ConcurrencyLimit(2)

    let isRecursive = true
    private let turns: Turns

    init(_ count: Int) {
        turns = Turns(count)
    }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        await turns.take()
        do {
            try await function()
            await turns.giveBack()
        } catch {
            await turns.giveBack()
            throw error
        }
    }

    private actor Turns {
        private var free: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []

        init(_ count: Int) {
            free = count
        }

        func take() async {
            if free > 0 {
                free -= 1
                return
            }
            await withCheckedContinuation { waiting.append($0) }
        }

        func giveBack() {
            if waiting.isEmpty {
                free += 1
            } else {
                waiting.removeFirst().resume()
            }
        }
    }
}

extension Trait where Self == ConcurrencyLimit {
    /// The same limit for all suites here.
    static var fewAtOnce: Self { ConcurrencyLimit.shared }
}
