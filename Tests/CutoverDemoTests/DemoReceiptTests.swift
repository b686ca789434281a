import CutoverDemo
import Testing

@Suite struct DemoReceiptTests {
    @Test func aReceiptWithoutFailuresIsClean() {
        let receipt = DemoReceipt(lines: [line { _ in }], faults: [])
        #expect(receipt.isClean)
        #expect(receipt.text.hasSuffix("by a release itself: not one request failed"))
    }

    @Test func whatAReleaseItselfAnswersBadlyIsCountedApart() {
        let receipt = DemoReceipt(
            lines: [
                line {
                    $0.succeeded = 1
                    $0.releaseErrors = ["v4-failing": 1]
                }
            ],
            faults: []
        )
        #expect(receipt.isClean)
        #expect(receipt.text.contains("1 (v4-failing 1)"))
    }

    @Test func oneFailedUnansweredOrUnsentRequestOrFaultIsNotClean() {
        let unclean: [DemoReceipt] = [
            DemoReceipt(
                lines: [
                    line {
                        $0.succeeded = 1
                        $0.failures = ["reset": 1]
                    }
                ],
                faults: []
            ),
            DemoReceipt(lines: [line { $0.succeeded = 1 }], faults: []),
            DemoReceipt(lines: [line { $0 = LoadReport() }], faults: []),
            DemoReceipt(lines: [line { _ in }], faults: ["v2 never got healthy"]),
        ]
        for receipt in unclean {
            #expect(!receipt.isClean)
            #expect(receipt.text.hasSuffix("NOT CLEAN"))
        }
    }

    @Test func latencyIsSaidToATenthOfAMillisecond() {
        let receipt = DemoReceipt(
            lines: [
                line {
                    $0.latency.record(.microseconds(340))
                    $0.latency.record(.microseconds(360))
                    $0.latency.record(.microseconds(7290))
                }
            ],
            faults: []
        )
        #expect(receipt.text.contains("6.9 ms over a median of 0.3 ms"))
    }

    @Test func quantilesOfNothingAreZeroAndTheLongestIsBounded() {
        var counts = LatencyCounts()
        #expect(counts.quantile(0.5) == 0)
        #expect(counts.maximum == 0)
        counts.record(.seconds(60))
        #expect(counts.maximum == 10_000)
    }

    /// A line of a service that got two requests, both answered.
    private func line(_ change: (inout LoadReport) -> Void) -> DemoReceipt.Line {
        var report = LoadReport()
        report.sent = 2
        report.succeeded = 2
        change(&report)
        return DemoReceipt.Line(service: "shop", report: report, promotions: [], history: [])
    }
}
