import CutoverCore

/// Decodes `analysis`.
struct AnalysisDecoder {
    var service: Section

    /// `nil` when the manifest turns it off.
    func decode() -> AnalysisConfiguration? {
        if let entry = service.entry("analysis"), let word = entry.text {
            if word != "off" {
                service.wrongKind(entry, hint: "write its keys, or 'off' for none")
            }
            return nil
        }
        let section = service.section("analysis")
        let fallback = AnalysisConfiguration()
        let latency = section.section("latency")
        let quantile = latency.percentage("quantile")
        let analysis = AnalysisConfiguration(
            window: section.duration("window", or: fallback.window),
            minimumRequests: section.count("minimumRequests", or: fallback.minimumRequests),
            errorRateLimit: errorRate(section, or: fallback.errorRateLimit),
            errorRateFactor: section.factor("errorRateFactor"),
            latencyLimit: latency.duration("limit").map(Self.milliseconds),
            latencyFactor: latency.factor("factor"),
            latencyQuantile: quantile ?? fallback.latencyQuantile,
            consecutiveFailures: section.count("consecutiveFailures"),
            onFailure: section.choice("onFailure", or: fallback.onFailure)
        )
        if section.has("latency") && !latency.has("limit") && !latency.has("factor")
            && section.isSound("latency")
        {
            section.fault(
                "latency",
                "'latency' has neither 'limit' nor 'factor'",
                at: latency.header,
                detail: "Without one of them no latency is too high.",
                hint: "latency: {limit: 250ms}"
            )
        }
        latency.finish()
        checkLimits(analysis, section)
        section.finish()
        return analysis
    }

    private func errorRate(_ section: Section, or fallback: Double?) -> Double? {
        section.entry("errorRate")?.text == "off"
            ? nil : section.percentage("errorRate") ?? fallback
    }

    private func checkLimits(_ analysis: AnalysisConfiguration, _ section: Section) {
        let hasLimit =
            analysis.errorRateLimit != nil || analysis.errorRateFactor != nil
            || analysis.latencyLimit != nil || analysis.latencyFactor != nil
            || analysis.consecutiveFailures != nil
        guard !hasLimit,
            section.isSound("errorRateFactor", "latency", "consecutiveFailures")
        else { return }
        section.scan.error(
            "'analysis' has no limit left",
            at: section.place("errorRate"),
            detail: "Nothing that a candidate does would be an anomaly.",
            hint: "write 'analysis: off' to say so"
        )
    }

    private static func milliseconds(_ duration: Duration) -> Double {
        let components = duration.components
        return Double(components.seconds) * 1_000 + Double(components.attoseconds) / 1e15
    }
}
