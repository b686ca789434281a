/// What the engine asks of the proxy over its control socket; each is answered by one
/// `ProxyResponse` unless it says otherwise.
package enum ProxyRequest: Hashable, Sendable {
    /// Who are you, and which table is live?
    case hello

    /// Replace the table. Answered when it is on disk and live on every thread, or refused as a
    /// whole.
    case apply(ProxyTable)

    /// What was counted?
    case stats

    /// Close what is in flight on these draining backends; refused for an older epoch than the
    /// table's.
    case cut(keys: [String], epoch: UInt64)

    /// Stop accepting, finish what runs for at most this long, exit; refused for an older epoch
    /// than the table's.
    case shutdown(graceMilliseconds: UInt32, epoch: UInt64)

    /// What is the last table that the threads were given? The live one, unless it is not settled.
    case table

    /// Which requests are in flight on these backends; without keys, on all that are draining or
    /// have left the table?
    case inFlight(keys: [String])

    /// How many requests are in flight on these backends? Costs no more than reading that.
    case inFlightCount(keys: [String])

    /// May I have copies of the listening sockets? They come as `ListenerHandover` sends them, and
    /// no `ProxyResponse` does.
    case listeners
}

/// The proxy's answer.
package enum ProxyResponse: Hashable, Sendable {
    /// To `hello`.
    case hello(ProxyHello)

    /// To `apply`: this generation is durable and live everywhere.
    case applied(generation: UInt64)

    /// To `stats`.
    case stats(ProxyStats)

    /// To `cut`: the requests that were closed.
    case cut(InFlightList)

    /// To `shutdown`.
    case stopping

    /// To `table`: the last one, or `nil` when there is none.
    case table(ProxyTable?)

    /// To `inFlight`.
    case inFlight(InFlightList)

    /// To `inFlightCount`.
    case inFlightCount(UInt64)

    /// To anything that was not done; nothing changed. The text names the place, the fault and the
    /// fix.
    case refused(reason: String)

    /// To `apply`: the table is live on some threads or on all, and nobody knows whether it is
    /// durable; asked again, the proxy goes on from there. The text names the place and the fault.
    case unsettled(reason: String)
}

/// Who the proxy is.
///
/// The request for it and its form never change, so that any two versions learn of each other.
package struct ProxyHello: Hashable, Sendable {
    /// `wireVersion` of its binary.
    package var version: UInt64

    /// Its process ID.
    package var pid: Int32

    /// When it started, in milliseconds since 1970.
    package var startedAt: UInt64

    /// The generation of the live table, which every thread has and the disk too; 0 when there is
    /// none.
    package var generation: UInt64

    /// The live table's epoch; 0 when it has none.
    package var epoch: UInt64

    /// Puts an answer together.
    package init(
        version: UInt64,
        pid: Int32,
        startedAt: UInt64,
        generation: UInt64,
        epoch: UInt64
    ) {
        self.version = version
        self.pid = pid
        self.startedAt = startedAt
        self.generation = generation
        self.epoch = epoch
    }
}

extension ProxyRequest: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        switch self {
        case .hello:
            writer.write(byte: 1)
        case .apply(let table):
            writer.write(byte: 2)
            table.encode(into: &writer)
        case .stats:
            writer.write(byte: 3)
        case .cut(let keys, let epoch):
            writer.write(byte: 4)
            writer.write(keys)
            writer.write(epoch)
        case .shutdown(let grace, let epoch):
            writer.write(byte: 5)
            writer.write(UInt64(grace))
            writer.write(epoch)
        case .table:
            writer.write(byte: 6)
        case .inFlight(let keys):
            writer.write(byte: 7)
            writer.write(keys)
        case .inFlightCount(let keys):
            writer.write(byte: 8)
            writer.write(keys)
        case .listeners:
            writer.write(byte: 9)
        }
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        switch try reader.byte("request") {
        case 1: self = .hello
        case 2: self = .apply(try ProxyTable(from: &reader))
        case 3: self = .stats
        case 4:
            let keys = try reader.texts("keys")
            self = .cut(keys: keys, epoch: try reader.integer("epoch"))
        case 5:
            let grace = try reader.integer("grace", as: UInt32.self)
            self = .shutdown(graceMilliseconds: grace, epoch: try reader.integer("epoch"))
        case 6: self = .table
        case 7: self = .inFlight(keys: try reader.texts("keys"))
        case 8: self = .inFlightCount(keys: try reader.texts("keys"))
        case 9: self = .listeners
        default: throw reader.error(.malformed, in: "request")
        }
    }
}

extension ProxyResponse: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        switch self {
        case .hello(let hello):
            writer.write(byte: 1)
            hello.encode(into: &writer)
        case .applied(let generation):
            writer.write(byte: 2)
            writer.write(generation)
        case .stats(let stats):
            writer.write(byte: 3)
            stats.encode(into: &writer)
        case .cut(let list):
            writer.write(byte: 4)
            list.encode(into: &writer)
        case .stopping:
            writer.write(byte: 5)
        case .refused(let reason):
            writer.write(byte: 6)
            writer.write(reason)
        case .unsettled(let reason):
            writer.write(byte: 10)
            writer.write(reason)
        case .table(let table):
            writer.write(byte: 7)
            writer.write(table)
        case .inFlight(let list):
            writer.write(byte: 8)
            list.encode(into: &writer)
        case .inFlightCount(let count):
            writer.write(byte: 9)
            writer.write(count)
        }
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        switch try reader.byte("response") {
        case 1: self = .hello(try ProxyHello(from: &reader))
        case 2: self = .applied(generation: try reader.integer("generation"))
        case 3: self = .stats(try ProxyStats(from: &reader))
        case 4: self = .cut(try InFlightList(from: &reader))
        case 5: self = .stopping
        case 6: self = .refused(reason: try reader.text("reason"))
        case 7: self = .table(try reader.optional("table", of: ProxyTable.self))
        case 8: self = .inFlight(try InFlightList(from: &reader))
        case 9: self = .inFlightCount(try reader.integer("count"))
        case 10: self = .unsettled(reason: try reader.text("reason"))
        default: throw reader.error(.malformed, in: "response")
        }
    }
}

extension ProxyHello: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(version)
        writer.write(UInt64(UInt32(bitPattern: pid)))
        writer.write(startedAt)
        writer.write(generation)
        writer.write(epoch)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        version = try reader.integer("version")
        pid = Int32(bitPattern: try reader.integer("pid", as: UInt32.self))
        startedAt = try reader.integer("start")
        generation = try reader.integer("generation")
        epoch = try reader.integer("epoch")
    }
}
