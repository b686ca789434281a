import CutoverCore

extension Metric {
    /// The short name, such as `p99`.
    var word: String {
        switch self {
        case .errorRate: "errors"
        case .latency(let quantile): "p" + Self.quantileWord(quantile)
        case .consecutiveFailures(let instance): "failures in a row of \(instance.safeName)"
        }
    }

    /// The name where there is little room.
    var shortWord: String {
        switch self {
        case .errorRate, .latency: word
        case .consecutiveFailures: "in a row"
        }
    }

    /// A value in the metric's unit.
    func format(_ value: Double?) -> String {
        guard let value else { return "-" }
        switch self {
        case .errorRate: return Figures.percent(value) + "%"
        case .latency: return Figures.latency(value)
        case .consecutiveFailures: return Figures.fixed(value, decimals: 0)
        }
    }

    /// 0.99 is `99`, 0.999 is `99.9`.
    private static func quantileWord(_ quantile: Double) -> String {
        let percent = quantile * 100
        let isWhole = abs(percent - percent.rounded()) < 0.01
        return Figures.fixed(percent, decimals: isWhole ? 0 : 1)
    }
}

extension Finding {
    /// Such as `p99 412ms/250ms`, or `errors n 12/50` while there are too few requests.
    var brief: String {
        switch missing {
        case .candidate:
            return "\(metric.shortWord) n \(candidateRequests)/\(requiredRequests)"
        case .stable:
            return "\(metric.shortWord) stable n \(stableRequests)/\(requiredRequests)"
        case nil: break
        }
        return "\(metric.shortWord) \(metric.format(candidate))/\(metric.format(limit))"
    }
}
