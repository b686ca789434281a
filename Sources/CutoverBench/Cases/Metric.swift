/// One figure of a round.
enum Metric: String, Codable, CaseIterable {
    case cpu
    case rate
    case p50
    case p99
    case idleMemory
    case connectionMemory
    case firstResponse
    case applyAnswered
    case addedLatency
    case failures
    case late
    case duplicatedPosts
    case tunnelsCut

    var title: String {
        switch self {
        case .cpu: "CPU µs/request"
        case .rate: "requests/s"
        case .p50: "p50 µs"
        case .p99: "p99 µs"
        case .idleMemory: "RSS idle, KiB"
        case .connectionMemory: "KiB per idle connection"
        case .firstResponse: "first response of the new side, ms"
        case .applyAnswered: "apply answered, ms"
        case .addedLatency: "greatest added latency, ms"
        case .failures: "failed requests"
        case .late: "late requests"
        case .duplicatedPosts: "duplicated POSTs"
        case .tunnelsCut: "tunnels cut"
        }
    }

    /// Digits behind the point.
    var precision: Int {
        switch self {
        case .cpu, .connectionMemory, .firstResponse, .applyAnswered, .addedLatency: 2
        case .rate, .p50, .p99, .idleMemory, .failures, .late, .duplicatedPosts, .tunnelsCut: 0
        }
    }
}
