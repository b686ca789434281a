/// What one case came to.
struct InstructionResult {
    let `case`: InstructionCase
    /// Instructions in user space for one request.
    let instructions: Double

    /// How a run stands to one of three times as many requests.
    ///
    /// `nil` when the longer one counted less, which no run of the same program does.
    init?(_ one: InstructionCase, requests: Int, counted: UInt64, counted3: UInt64) {
        guard requests > 0, counted3 >= counted else { return nil }
        `case` = one
        instructions = Double(counted3 - counted) / Double(2 * requests)
    }

    /// `nil` where there is no limit.
    var mark: Mark? {
        `case`.limit.map { instructions <= Double($0) ? .met : .missed }
    }
}
