import Testing

@testable import CutoverBench

/// What the load generators say.
@Suite struct LoadReportTests {
    private let clean = """
        Running 1s test @ http://127.0.0.1:8080/
          1 threads and 64 connections
          Thread Stats   Avg      Stdev     Max   +/- Stdev
            Latency   651.92us  182.31us   5.06ms   92.13%
            Req/Sec    96.93k     4.51k  102.74k    70.00%
          96464 requests in 1.00s, 21.53MB read
        Requests/sec:  96310.27
        Transfer/sec:     21.49MB
        """

    @Test func aCleanRunIsRead() {
        let report = WrkReport(clean)
        #expect(report?.requests == 96_464 && report?.rate == 96_310.27)
        #expect(report?.complaints == [])
    }

    @Test func whatFailedMakesARoundInvalid() {
        let socket = "  Socket errors: connect 0, read 12, write 0, timeout 0\n"
        let status = "  Non-2xx or 3xx responses: 7\n"
        let report = WrkReport(clean + "\n" + socket + status)
        #expect(report?.complaints.count == 2)
        #expect(report?.complaints.last == "Non-2xx or 3xx responses: 7")
    }

    @Test func whatIsNoReportIsNone() {
        #expect(WrkReport("") == nil)
        #expect(WrkReport("unable to connect to 127.0.0.1:1 Connection refused") == nil)
    }

    @Test func theLogOfEveryRequestIsRead() {
        let log = H2LoadLog("1700000000\t200\t300\n1700000001\t200\t100\n1700000002\t-1\t9\n17000")
        #expect(log.latencies == [100, 300] && log.failures == 1)
        #expect(H2LoadLog("1\t503\t20\n").failures == 1)
    }

    @Test func aSmallResponseIsWholeWhenItsLastByteIsThere() {
        let text =
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + String(repeating: "b", count: 100)
        for cut in [1, 30, text.utf8.count - 1] {
            var response = SmallResponse()
            #expect(response.receive(text.utf8.prefix(cut)) == .incomplete)
            #expect(response.receive(text.utf8.dropFirst(cut)) == .complete)
            #expect(response.mark == UInt8(ascii: "b") && !response.closes)
        }
        var response = SmallResponse()
        #expect(response.receive(text.replacing("200 OK", with: "503 No").utf8) == .failed)
        response = SmallResponse()
        #expect(response.receive((text + "b").utf8) == .failed)
        response = SmallResponse()
        #expect(
            response.receive(
                text.replacing("Content", with: "Connection: close\r\nContent").utf8
            ) == .complete
        )
        #expect(response.closes)
    }
}
