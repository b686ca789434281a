import CutoverWire

@testable import CutoverProxy

/// What must hold of every value that arrives on the control socket or lies in the durable file,
/// whatever its bytes are.
enum WireProperties {
    /// Checks the value that stands behind the first byte, which says what kind it is of.
    static func check(_ bytes: [UInt8]) throws(Violation) {
        guard let kind = bytes.first else {
            return
        }
        let rest = Array(bytes.dropFirst())
        switch kind % 6 {
        case 0: try check(ProxyRequest.self, rest)
        case 1: try check(ProxyResponse.self, rest)
        case 2: try checkTable(rest)
        case 3: try checkStats(rest)
        case 4: try checkAddress(rest)
        default: try checkFile(rest)
        }
    }

    /// What decodes is encoded to bytes that decode to the same, and these have one form.
    private static func check<Value: ByteCodable & Equatable>(
        _ type: Value.Type,
        _ bytes: [UInt8]
    ) throws(Violation) {
        guard let value = try? Value(decoding: bytes) else {
            return
        }
        let encoded = value.encoded
        guard let again = try? Value(decoding: encoded) else {
            throw Violation("\(value) is encoded to what does not decode")
        }
        try demand(again == value, "\(value) comes back as \(again)")
        try demand(again.encoded == encoded, "\(value) has two forms")
    }

    /// A table that the rules accept can be served: its weights make a schedule, and the file that
    /// keeps it gives it back.
    private static func checkTable(_ bytes: [UInt8]) throws(Violation) {
        try check(ProxyTable.self, bytes)
        guard let table = try? ProxyTable(decoding: bytes),
            TableRules.refusal(of: table, after: nil) == nil
        else {
            return
        }
        for route in table.routes {
            let weights = route.sides.map(\.weight)
            let schedule = WeightSchedule.make(weights)
            try demand(schedule.count == WeightSchedule.period(weights), "\(weights) are not kept")
        }
        let kept = try? TableFile.decode(TableFile.encode(table))
        try demand(kept == table, "the file gives back another table")
    }

    /// What the engine computes from counts cannot end it, whatever the counts are.
    private static func checkStats(_ bytes: [UInt8]) throws(Violation) {
        try check(ProxyStats.self, bytes)
        guard let stats = try? ProxyStats(decoding: bytes) else {
            return
        }
        for service in stats.services {
            _ = service.failures
            var sum = LatencyHistogram()
            for backend in service.backends {
                _ = backend.failures.total
                _ = [0, 99, 100].map(backend.latency.percentile)
                sum = sum.adding(backend.latency)
                let rest = sum.since(backend.latency)
                try demand(rest.buckets.count <= sum.buckets.count, "a difference is larger")
            }
        }
    }

    /// An address prints what it parses, but for the one name that stands for a number.
    private static func checkAddress(_ bytes: [UInt8]) throws(Violation) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let address = SocketAddress(text), !text.hasPrefix("localhost") else {
            return
        }
        try demand(address.description == text, "\(text) is printed as \(address)")
    }

    private static func checkFile(_ bytes: [UInt8]) throws(Violation) {
        guard let table = try? TableFile.decode(bytes) else {
            return
        }
        try demand(TableFile.encode(table) == bytes, "a table has two files")
    }
}
