import CLinux
import Glibc

/// What the access log will say of the requests that run, by the slots of their clients'
/// connections; a line is made when one is over.
///
/// Texts lie in a block that is borrowed while the request runs. Without a log there is nothing
/// here, and a request costs one look at `isOn`.
struct AccessTrails: ~Copyable {
    /// How a request ended.
    enum Outcome: UInt8 {
        /// It runs; a connection that closes then was closed by the client.
        case running
        /// The response of an instance is whole, or its tunnel was ended by one of its sides.
        case ok
        /// The proxy answered by itself.
        case refused
        /// The response was broken off, and not by the client.
        case cutShort
        case clientAborted
    }

    /// What is known of one request.
    struct Trail {
        var outcome = Outcome.running
        /// Of the final response, 0 until there is one.
        var status: UInt16 = 0
        /// Whether it was sent to an instance, or would have been.
        var isForwarded = false
        /// When its head was whole, in nanoseconds of CLOCK_MONOTONIC.
        var startedAt: UInt64 = 0
        /// From there to the response's head, in nanoseconds; 0 until then.
        var headAfter: UInt64 = 0
        /// Bytes of content, without heads and framing; of a tunnel all bytes.
        var requestBytes: UInt64 = 0
        var responseBytes: UInt64 = 0

        fileprivate var block: Block?
        fileprivate var texts = InlineArray<4, UInt16>(repeating: 0)
    }

    /// The texts of a request, each with its own place in the block.
    enum Text: Int {
        case method
        case path
        case requestID
        /// The instance, as the inside of a JSON object.
        case instance

        /// Where it begins in the block.
        fileprivate var place: Int {
            switch self {
            case .method: 0
            case .path: 64
            case .requestID: 64 + 1_024
            case .instance: 64 + 1_024 + 128
            }
        }

        /// What does not fit is cut off.
        fileprivate var bytesMaximum: Int {
            switch self {
            case .method: 64
            case .path: 1_024
            case .requestID: 128
            case .instance: AccessLabel.bytesMaximum
            }
        }
    }

    private static let blockBytes = 64 + 1_024 + 128 + AccessLabel.bytesMaximum

    /// The longest line: a path of nothing but control bytes.
    private static let lineBytes = 6 * (64 + 1_024 + 128) + 2 * AccessLabel.bytesMaximum + 512

    private let loop: Int
    private var log: AccessLog?
    private var line: Block?
    private var trails: [Trail] = []
    private var blocks: BlockPool

    /// Whether requests that begin are logged.
    private(set) var isOn = false

    /// Starts without a log; what it notes counts against the loop's budget.
    init(loop: Int, budget: MemoryBudget) {
        self.loop = loop
        blocks = BlockPool(blockBytes: Self.blockBytes, spareMaximum: 256, budget: budget)
    }

    deinit {
        if let line { line.release() }
    }

    /// Takes over the log of another table.
    mutating func adopt(_ log: AccessLog?) {
        if log != nil, line == nil {
            line = Block(zeroed: Self.lineBytes)
        }
        self.log = line == nil ? nil : log
        isOn = self.log != nil
    }

    /// Begins the trail of a client's request.
    mutating func begin(_ client: Int32) {
        while trails.count <= Int(client) {
            trails.append(Trail())
        }
        var trail = Trail()
        trail.startedAt = clinux_monotonic()
        trail.block = blocks.take()
        trails[Int(client)] = trail
    }

    /// The trail of a request that was begun.
    subscript(client: Int32) -> Trail {
        get { trails[Int(client)] }
        set { trails[Int(client)] = newValue }
    }

    /// Notes a text, as much of it as has room.
    mutating func set(_ client: Int32, _ text: Text, _ bytes: Span<UInt8>, _ range: Range<Int>) {
        guard let block = trails[Int(client)].block else {
            return
        }
        let count = min(range.count, text.bytesMaximum)
        let place = block.bytes(text.place..<(text.place + count))
        bytes.extracting(range.lowerBound..<(range.lowerBound + count)).withUnsafeBufferPointer {
            _ = place.update(fromContentsOf: $0)
        }
        // One more than fits says that it was cut off.
        trails[Int(client)].texts[text.rawValue] = UInt16(min(range.count, text.bytesMaximum + 1))
    }

    /// Ends the trail of a request, with the line that `write` makes of it.
    mutating func end(_ client: Int32, _ write: (borrowing Self, inout HeadWriter) -> Void) {
        if let log, let line {
            var writer = HeadWriter(line)
            write(self, &writer)
            writer.append("\n")
            log.append(line.bytes(0..<writer.count).span, from: loop)
        }
        if let block = trails[Int(client)].block {
            blocks.give(block)
            trails[Int(client)].block = nil
        }
    }
}

extension AccessTrails {
    /// Writes a text as a JSON string, `null` when there is none.
    func append(_ text: Text, of client: Int32, to writer: inout HeadWriter) {
        let trail = trails[Int(client)]
        let count = Int(trail.texts[text.rawValue])
        guard let block = trail.block, count > 0 else {
            writer.append("null")
            return
        }
        let end = text.place + min(count, text.bytesMaximum)
        writer.append("\"")
        writer.append(escaping: block.bytes(text.place..<end).span)
        writer.append(count > text.bytesMaximum ? "\u{2026}\"" : "\"")
    }

    /// Writes the instance, when one was chosen.
    func appendInstance(of client: Int32, to writer: inout HeadWriter) {
        let trail = trails[Int(client)]
        let count = Int(trail.texts[Text.instance.rawValue])
        if let block = trail.block, count > 0 {
            let range = Text.instance.place..<(Text.instance.place + count)
            writer.append(block.bytes(range).span, 0..<count)
        }
    }
}
