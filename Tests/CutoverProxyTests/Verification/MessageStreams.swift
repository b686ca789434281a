@testable import CutoverProxy

/// One body behind another: what both directions of HTTP/1.1 consist of.
struct BodyStream: StreamDecoder {
    private(set) var framing: BodyFraming
    private(set) var outcome: [StreamEvent] = []
    /// Bytes that were fed and are not part of the body.
    private(set) var rest: [UInt8] = []
    private var isInvalid = false

    init(_ framing: BodyFraming) {
        self.framing = framing
    }

    /// Whether more bytes can belong to the body.
    var isOpen: Bool { !framing.isDone && !isInvalid }

    mutating func take(_ piece: ArraySlice<UInt8>) {
        guard isOpen else {
            rest += piece
            return
        }
        var bytes = Array(piece)
        var span = bytes.mutableSpan
        let step = framing.advance(&span)
        guard !step.isInvalid else {
            isInvalid = true
            outcome.appendInvalidBody()
            return
        }
        outcome.append(content: bytes[..<step.produced])
        if framing.isDone {
            outcome.append(.end)
        }
        rest += bytes[step.consumed...]
    }
}

/// The requests of one connection, with their bodies, until one is refused or is the last.
struct RequestStream: ~Copyable, StreamDecoder {
    private var head = RequestHead()
    private var buffer: [UInt8] = []
    private var body = BodyStream(BodyFraming())
    private var isOver = false
    private var isLast = false
    private var events: [StreamEvent] = []
    let limits: HeadLimits

    init(limits: HeadLimits = HeadLimits()) {
        self.limits = limits
    }

    var outcome: [StreamEvent] { events + body.outcome }

    mutating func take(_ piece: ArraySlice<UInt8>) {
        var piece = piece
        while !isOver, !piece.isEmpty || !buffer.isEmpty {
            if body.isOpen {
                body.take(piece)
                piece = body.rest[...]
                guard !body.isOpen else {
                    return
                }
                endBody()
                continue
            }
            buffer += piece
            guard beginRequest() else {
                return
            }
            piece = buffer[...]
            buffer = []
        }
    }

    /// Looks for a whole head at the front of the buffer, and takes it out.
    private mutating func beginRequest() -> Bool {
        let found = head.forward(buffer, limits: limits)
        switch found.result {
        case .incomplete:
            return false
        case .refused(let refusal):
            events.append(.refused(refusal))
            isOver = true
            return false
        case .complete:
            break
        }
        events.append(.head(found.bytes))
        buffer.removeFirst(found.count)
        isLast = head.closes
        let length = head.fields.contentLength
        body = BodyStream(
            head.fields.isChunked
                ? BodyFraming(.chunked) : length > 0 ? BodyFraming(length: length) : BodyFraming()
        )
        if !body.isOpen {
            events.append(.end)
            isOver = isLast
        }
        return true
    }

    private mutating func endBody() {
        isOver = isLast || body.outcome.last == .invalid
        events += body.outcome
        body = BodyStream(BodyFraming())
    }
}

/// The responses of one connection to an instance, all to the same method.
struct ResponseStream: ~Copyable, StreamDecoder {
    private var head = ResponseHead()
    private var buffer: [UInt8] = []
    private var body = BodyStream(BodyFraming())
    private var isOver = false
    private var events: [StreamEvent] = []
    let isToHead: Bool
    let headBytes: Int

    init(isToHead: Bool = false, headBytes: Int = 32_768) {
        self.isToHead = isToHead
        self.headBytes = headBytes
    }

    var outcome: [StreamEvent] { events + body.outcome }

    mutating func take(_ piece: ArraySlice<UInt8>) {
        var piece = piece
        while !isOver, !piece.isEmpty || !buffer.isEmpty {
            if body.isOpen {
                body.take(piece)
                piece = body.rest[...]
                guard !body.isOpen else {
                    return
                }
                isOver = body.outcome.last == .invalid
                events += body.outcome
                body = BodyStream(BodyFraming())
                continue
            }
            buffer += piece
            guard beginResponse() else {
                return
            }
            piece = buffer[...]
            buffer = []
        }
    }

    private mutating func beginResponse() -> Bool {
        let found = head.forward(buffer, headBytes: headBytes)
        guard found.result == .complete else {
            if found.result != .incomplete {
                events.append(.invalid)
                isOver = true
            }
            return false
        }
        events.append(.head(found.bytes))
        buffer.removeFirst(found.count)
        body = BodyStream(framing())
        if !body.isOpen {
            events.append(.end)
        }
        return true
    }

    /// RFC 9112 6.3, from the first rule to the last.
    private func framing() -> BodyFraming {
        if isToHead || head.status < 200 || head.status == 204 || head.status == 304 {
            return BodyFraming()
        }
        if head.fields.isChunked {
            return BodyFraming(.chunked)
        }
        let length = head.fields.contentLength
        return length < 0 ? BodyFraming(.untilClose) : BodyFraming(length: length)
    }
}
