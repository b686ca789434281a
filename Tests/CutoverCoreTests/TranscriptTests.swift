import CutoverCore
import CutoverTestSupport
import Foundation
import Testing

/// The behaviour of rollouts as texts that a person can read: the manual of what each key does.
///
/// `CUTOVER_UPDATE=1 swift test` writes them anew; the difference is to be read before it is kept.
@Suite struct TranscriptTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Transcripts")

    @Test func everyTranscriptTellsWhatHappens() throws {
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.folder,
            includingPropertiesForKeys: nil
        ).filter { $0.pathExtension == "txt" }
        #expect(files.count >= 25)
        let isUpdating = ProcessInfo.processInfo.environment["CUTOVER_UPDATE"] == "1"
        for file in files {
            let written = try String(contentsOf: file, encoding: .utf8)
            let transcript = Transcript(parsing: written)
            var stage = try TranscriptScene.stage(of: transcript)
            let played = transcript.played(on: &stage).text
            if isUpdating {
                try Data(played.utf8).write(to: file, options: .atomic)
            } else {
                #expect(played == written, "\(file.lastPathComponent)")
            }
        }
    }
}

/// Reads the first block of a transcript: `service KEY=VALUE ...`.
///
/// `strategy`, `count`, `live`, `shift`, `soak`, `bake`, `warm`, `gate`, `promote-after`, `batch`,
/// `surge`, `unavailable`, `monitor`, `gate-after`, `check`, `check-after`, `analysis`,
/// `inconclusive`.
enum TranscriptScene {
    static func stage(of transcript: Transcript) throws -> TranscriptStage {
        let line = try #require(transcript.blocks.first?.input.first { $0.hasPrefix("service ") })
        let pairs = line.split(separator: " ").dropFirst().map { word in
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
        let values = Dictionary(pairs) { first, _ in first }
        let isRolling = values["strategy"] == "rolling"
        let count = number(values["count"], else: 2)
        let strategy: StrategyConfiguration =
            isRolling ? .rolling(rolling(values)) : .blueGreen(blueGreen(values))
        let configuration = Fixture.configuration(
            strategy,
            instanceCount: count,
            checks: checks(values["check"], .beforePromotion)
                + checks(values["check-after"], .afterPromotion),
            analysis: values["analysis"].map {
                AnalysisConfiguration(onFailure: AnomalyPolicy(rawValue: $0) ?? .hold)
            }
        )
        let live = values["live"].map {
            Fixture.live(ReleaseName(rawValue: $0), isRolling: isRolling, count: count)
        }
        return TranscriptStage(service: ServiceMachine(configuration: configuration, live: live))
    }

    private static func blueGreen(_ values: [String: String]) -> BlueGreenConfiguration {
        BlueGreenConfiguration(
            promoteAfter: values["promote-after"].map { .seconds(number($0, else: 0)) },
            gateExpires: .seconds(number(values["gate"], else: 1800)),
            shift: (values["shift"] ?? "100").split(separator: ",").compactMap { Int($0) },
            soak: .seconds(number(values["soak"], else: 30)),
            whenInconclusive: policy(values) ?? .wait,
            bake: .seconds(number(values["bake"], else: 60)),
            keepWarm: .seconds(number(values["warm"], else: 600))
        )
    }

    private static func rolling(_ values: [String: String]) -> RollingConfiguration {
        RollingConfiguration(
            batchSize: number(values["batch"], else: 1),
            surge: number(values["surge"], else: 1),
            unavailable: number(values["unavailable"], else: 0),
            monitor: .seconds(number(values["monitor"], else: 15)),
            whenInconclusive: policy(values) ?? .proceed,
            gateAfter: Set(values["gate-after"].map { [number($0, else: 1)] } ?? []),
            gateExpires: .seconds(number(values["gate"], else: 1800))
        )
    }

    private static func policy(_ values: [String: String]) -> InconclusivePolicy? {
        values["inconclusive"].flatMap(InconclusivePolicy.init)
    }

    private static func checks(_ names: String?, _ stage: CheckStage) -> [CheckConfiguration] {
        (names ?? "").split(separator: ",").map { Fixture.check(String($0), stage) }
    }

    private static func number(_ text: String?, else fallback: Int) -> Int {
        text.flatMap { Int($0) } ?? fallback
    }
}
