import CutoverCore
import Foundation
import Testing

@testable import CutoverStore

/// What is stored reads back as it was, and as earlier versions wrote it.
@Suite struct RecordTests {
    @Test func everyPhaseReadsBackAsItWas() throws {
        for (name, phase) in RolloutSamples.phases {
            for strategy in [RolloutSamples.blueGreen, RolloutSamples.rolling] {
                let machine = RolloutSamples.machine(in: phase, strategy: strategy)
                let text = try RecordCoding.text(RecordV1.Rollout(machine))
                let record = try RecordCoding.record(RecordV1.Rollout.self, text)
                #expect(record.value == machine, "\(name)")
            }
        }
    }

    /// The files are written once for a version and never edited: a difference means that stores
    /// which are out there would be read wrongly, and that a new version of the record is due.
    @Test func recordsOfVersionOneAreReadAndWrittenAsEver() throws {
        for (name, phase) in RolloutSamples.phases {
            let machine = RolloutSamples.machine(in: phase)
            let text = try RecordCoding.text(RecordV1.Rollout(machine))
            let golden = try Golden.text("rollout-v1/\(name).json", writing: text)
            #expect(text == golden, "\(name)")
            let record = try RecordCoding.record(RecordV1.Rollout.self, golden)
            #expect(record.value == machine, "\(name)")
        }
    }

    /// Parts that came later are left out where they say nothing, so that files of before stay
    /// true.
    @Test func whatCameLaterReadsBackAsItWas() throws {
        var run = RolloutSamples.run
        run.attempt = 3
        var machine = RolloutSamples.machine(
            in: .verifying(Verification(run: run, clock: RolloutSamples.clock)),
            checks: [
                PlannedCheck(name: "smoke", stage: .beforePromotion, longestTime: .seconds(606))
            ]
        )
        var text = try RecordCoding.text(RecordV1.Rollout(machine))
        #expect(try RecordCoding.record(RecordV1.Rollout.self, text).value == machine)
        run.attempt = 1
        machine = RolloutSamples.machine(
            in: .verifying(Verification(run: run, clock: RolloutSamples.clock))
        )
        text = try RecordCoding.text(RecordV1.Rollout(machine))
        #expect(!text.contains("longestTime"))
    }

    @Test func everyPhaseNameHasASample() {
        let names = Set(
            RolloutSamples.phases.map { sample in
                RolloutSamples.machine(in: sample.phase).progress(now: RolloutSamples.start).phase
            }
        )
        #expect(names == Set(PhaseName.allCases))
    }
}

/// Files beside the tests.
///
/// `CUTOVER_UPDATE=1` writes the ones that are missing, and only those.
enum Golden {
    static var directory: URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    }

    static func text(_ name: String, writing text: String? = nil) throws -> String {
        let file = directory.appending(path: name)
        let isMissing = !FileManager.default.fileExists(atPath: file.path)
        if isMissing, let text, ProcessInfo.processInfo.environment["CUTOVER_UPDATE"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data((text + "\n").utf8).write(to: file)
        }
        let content = try String(contentsOf: file, encoding: .utf8)
        return content.hasSuffix("\n") ? String(content.dropLast()) : content
    }
}
