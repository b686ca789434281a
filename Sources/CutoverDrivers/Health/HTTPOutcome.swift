/// What came of one HTTP request.
struct HTTPOutcome {
    /// `nil` when there was no answer.
    var status: Int?
    /// The first 64 KiB.
    var body: [UInt8] = []
    var duration: Duration
    /// Why it was not as expected, in words; `nil` when it was.
    var fault: String?
}
