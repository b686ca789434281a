extension Outcome {
    /// One sentence for people.
    package func summary(candidate: ReleaseName) -> String {
        switch self {
        case .promoted: "\(candidate) is promoted"
        case .rolledBack(let reason): "\(candidate) was rolled back: \(reason.summary)"
        case .superseded(let release): "\(candidate) gave way to \(release)"
        case .failed(let reason): "\(candidate) failed before it took traffic: \(reason.summary)"
        }
    }
}

extension RollbackReason {
    /// A few words for people.
    package var summary: String {
        switch self {
        case .operatorRequest(let actor): "asked by \(actor.name)"
        case .startTimeout(let evidence):
            "not healthy in time" + (evidence.map { "; \($0)" } ?? "")
        case .instancesFailed(let evidence): evidence
        case .gateExpired: "the gate expired"
        case .anomaly(let anomaly): anomaly.summary
        case .superseded(let release): "\(release) takes its place"
        case .effectFailed(let message): message
        }
    }
}

extension Anomaly {
    /// A few words for people, with the numbers of the worst finding.
    package var summary: String {
        switch self {
        case .verdict(let verdict):
            verdict.findings.first?.summary ?? "the analysis failed"
        case .unhealthy(let names, let evidence):
            "\(names.joined(separator: ", ")) unhealthy: \(evidence)"
        case .check(let result): "check \(result.name) failed: \(result.summary)"
        case .effectFailed(let message): message
        }
    }
}

extension Finding {
    /// Measured, limit and number of requests, such as `errors 7.5 %, limit 5.0 %, n = 120`.
    package var summary: String {
        let measured = candidate.map(written) ?? "not measured"
        return "\(name) \(measured), limit \(written(limit)), n = \(candidateRequests)"
    }

    private var name: String {
        switch metric {
        case .errorRate: "errors"
        case .latency(let quantile): "p\(Self.oneDecimal(quantile * 100))"
        case .consecutiveFailures(let instance): "failures in a row of \(instance)"
        }
    }

    private func written(_ value: Double) -> String {
        switch metric {
        case .errorRate: "\(Self.oneDecimal(value * 100)) %"
        case .latency: "\(Self.oneDecimal(value)) ms"
        case .consecutiveFailures: "\(Int(value.rounded()))"
        }
    }

    /// At most one decimal place, and none when it would be 0.
    private static func oneDecimal(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
