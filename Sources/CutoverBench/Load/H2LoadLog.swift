/// What h2load writes with `--log-file`: for each request when it began, its status, and how long
/// it took, all times in microseconds.
struct H2LoadLog: Equatable {
    /// Of responses with 200, ascending, in microseconds.
    let latencies: [Double]
    /// Requests without such a response.
    let failures: Int

    /// Reads the lines; one that is cut off at the end is left out.
    init(_ text: String) {
        var latencies: [Double] = []
        var failures = 0
        for line in text.split(separator: "\n") {
            let columns = line.split(separator: "\t")
            guard columns.count >= 3, let latency = Double(columns[2]) else { continue }
            if columns[1] == "200" {
                latencies.append(latency)
            } else {
                failures += 1
            }
        }
        self.latencies = latencies.sorted()
        self.failures = failures
    }
}
