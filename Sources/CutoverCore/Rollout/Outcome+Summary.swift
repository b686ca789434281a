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

extension Anomaly {
    /// The same without the evidence, as what somebody went on in spite of.
    var brief: String {
        switch self {
        case .verdict: summary
        case .unhealthy(let names, _):
            names.count > 3
                ? "\(names.count) unhealthy instances"
                : "unhealthy \(names.joined(separator: ", "))"
        case .check(let result): "failed check \(result.name)"
        case .effectFailed: "a step that failed"
        }
    }
}

extension Finding {
    /// Measured, limit and number of requests, such as `errors 7.5 %, limit 5.0 %, n = 120`; with
    /// those of the stable release when the limit depends on them.
    package var summary: String {
        let measured = candidate.map(written) ?? "not measured"
        let bound = limit.map(written) ?? "not known"
        return "\(name) \(measured), limit \(bound), n = \(candidateRequests)" + standard
    }

    private var standard: String {
        guard let comparison else { return "" }
        let measured = stable.map(written) ?? "not measured"
        let time =
            switch comparison {
            case .sameWindow: ""
            case .beforeSwitch: " before the switch"
            }
        return "; stable \(measured)\(time), n = \(stableRequests)"
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
