import CutoverCore

/// Decodes how many instances a rolling rollout touches at a time.
struct BatchDecoder {
    /// Numbers of instances.
    struct Sizes {
        var batch: Int
        var surge: Int
        var unavailable: Int
        var batches: Int
        /// Whether all of them, and `instances`, were read without a fault.
        var isSound: Bool
    }

    var section: Section
    var instanceCount: Int
    var countIsSound: Bool

    func decode() -> Sizes {
        let batch = resolved("batch", .up) ?? 1
        let unavailable = resolved("unavailable", .down) ?? 0
        // Left out, surge is what lets a whole batch be replaced at once.
        let surge = resolved("surge", .up) ?? max(0, batch - unavailable)
        if countIsSound && section.isSound("batch", "surge", "unavailable") {
            check(batch: batch, surge: surge, unavailable: unavailable)
        }
        return Sizes(
            batch: batch,
            surge: surge,
            unavailable: unavailable,
            batches: batch > 0 ? (instanceCount + batch - 1) / batch : 0,
            isSound: countIsSound && section.isSound("batch", "surge", "unavailable")
        )
    }

    private func resolved(_ key: String, _ rounding: InstanceShare.Rounding) -> Int? {
        section.share(key)?.resolved(of: instanceCount, rounding: rounding)
    }

    private func check(batch: Int, surge: Int, unavailable: Int) {
        if !(1...instanceCount).contains(batch) {
            section.fault(
                "batch",
                "'batch' is \(instances(batch)) out of \(instanceCount)",
                detail: "From 1 to 'instances'."
            )
        }
        if section.has("surge") && surge > instanceCount {
            section.fault(
                "surge",
                "'surge' is \(instances(surge)) for \(instances(instanceCount))",
                detail: "At most as many as 'instances'."
            )
        }
        if unavailable >= instanceCount {
            section.fault(
                "unavailable",
                "'unavailable' is \(instances(unavailable)) out of \(instanceCount)",
                detail: "Nothing would be left to serve.",
                hint: "use 'surge'"
            )
        }
        guard section.isSound("batch", "surge", "unavailable") else { return }
        if surge + unavailable == 0 {
            section.fault(
                section.has("surge") ? "surge" : "unavailable",
                "'surge' and 'unavailable' are both 0",
                detail: "No instance may be added and none may go: nothing could be replaced.",
                hint: "write surge: 1"
            )
        } else if batch > surge + unavailable {
            section.fault(
                "batch",
                "a batch of \(batch) is more than 'surge' and 'unavailable' allow:"
                    + " \(surge) + \(unavailable)",
                detail: "The instances of a batch are replaced together.",
                hint: "write surge: \(batch - unavailable), or leave it out"
            )
        }
    }

    private func instances(_ count: Int) -> String {
        count == 1 ? "1 instance" : "\(count) instances"
    }
}
