import CutoverCore
import Foundation
import Testing

@testable import cutover

/// `cutover status` says what blocks, until when, and what is wrong.
@Suite struct StatusOutputTests {
    private static var atTheGate: ServiceSketch {
        let hold = Hold.gate(
            since: Timestamp(milliseconds: 0),
            promoteAt: nil,
            expiresAt: Timestamp(milliseconds: 91_000)
        )
        let countdown = RolloutProgress.Countdown(
            title: "gate",
            total: .seconds(91),
            endsAt: Timestamp(milliseconds: 91_000),
            remaining: nil,
            then: "rolls back"
        )
        var sketch = ServiceSketch(serving: .unhealthy, queued: (id: 3, release: "v3"))
        sketch.rollout = RolloutSketch(
            phase: .awaitingPromotion,
            holds: [hold],
            countdown: countdown
        )
        return sketch
    }

    @Test func theTextSaysTheOutageTheEvidenceAndTheEndOfTheGate() {
        let snapshot = Self.atTheGate.snapshot
        let text = StatusText(snapshot, snapshot.services).text
        #expect(text.contains("DOWN"), "\(text)")
        #expect(text.contains("b1 unhealthy (signal 9 (SIGKILL))"), "\(text)")
        #expect(text.contains("gate: 1 min 30 s left, then rolls back"), "\(text)")
        #expect(text.contains("next v3  by bob"), "\(text)")
    }

    @Test func whatNobodyCountedIsNotToldAsNone() throws {
        var snapshot = ServiceSketch().snapshot
        snapshot.services[0].failedUncounted = true
        let text = StatusText(snapshot, snapshot.services).text
        #expect(text.contains("0 requests failed by the proxy or more"), "\(text)")
        let document = try StatusJSON(snapshot, snapshot.services).text
        #expect(document.contains(#""failedUncounted":true"#), "\(document)")
    }

    @Test func aServiceThatSharesItsAddressSaysWhichRequestsAreItsOwn() throws {
        var snapshot = ServiceSketch().snapshot
        snapshot.services[0].matches = ["shop.example/api", "/v2"]
        let text = StatusText(snapshot, snapshot.services).text
        #expect(text.contains("127.0.0.1:8080 for shop.example/api, /v2"), "\(text)")
        let document = try StatusJSON(snapshot, snapshot.services).text
        #expect(document.contains(#""matches":["shop.example/api","/v2"]"#), "\(document)")
    }

    @Test func theDocumentHasWhatAScriptNeeds() throws {
        let snapshot = Self.atTheGate.snapshot
        let text = try StatusJSON(snapshot, snapshot.services).text
        let parts = [
            #""exitStatus":9"#, #""isDown":true"#,
            #""holds":[{"expiresAt":91000,"kind":"gate","since":0}]"#,
            #""countdown":{"endsAt":91000,"then":"rolls back","title":"gate"}"#,
            #""queued":{"actor":"bob","id":3,"release":"v3"}"#,
            #""lastExit":"signal 9 (SIGKILL)""#,
            #""lastProbe":{"at":900,"error":"503, expected 200-299","passed":false}"#,
        ]
        for part in parts { #expect(text.contains(part), "\(part)\n\(text)") }
        var over = ServiceSketch()
        over.rollout = RolloutSketch(phase: .finished, outcome: .rolledBack(.gateExpired))
        let ended = try StatusJSON(over.snapshot, over.snapshot.services).text
        #expect(ended.contains(#""outcome":"rolledBack""#), "\(ended)")
        #expect(ended.contains(#""exitStatus":3"#) && ended.contains(#""exitStatus":0"#))
    }
}
