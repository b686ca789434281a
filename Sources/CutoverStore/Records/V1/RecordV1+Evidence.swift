import CutoverCore

extension RecordV1 {
    struct Evidence: Codable {
        var probes: [Probe]
        var lastExit: String?
        var log: [String]

        struct Probe: Codable {
            var at: Instant
            var passed: Bool
            var status: Int?
            var bytes: Int
            var microseconds: Int64
            var error: String?
        }

        init(_ evidence: InstanceEvidence) {
            probes = evidence.probes.map { probe in
                Probe(
                    at: Instant(probe.at),
                    passed: probe.passed,
                    status: probe.status,
                    bytes: probe.bytes,
                    microseconds: probe.duration.wholeMicroseconds,
                    error: probe.error
                )
            }
            lastExit = evidence.lastExit
            log = evidence.log
        }

        var value: InstanceEvidence {
            let probes = probes.map { probe in
                ProbeResult(
                    at: probe.at.value,
                    passed: probe.passed,
                    status: probe.status,
                    bytes: probe.bytes,
                    duration: .microseconds(probe.microseconds),
                    error: probe.error
                )
            }
            return InstanceEvidence(probes: probes, lastExit: lastExit, log: log)
        }
    }
}

extension Duration {
    /// Rounded towards zero.
    fileprivate var wholeMicroseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}
