import CutoverWire
import Glibc

/// One connection to the control socket: requests come in frames, and answers leave as fast as they
/// are read.
struct ControlPeer {
    let descriptor: Int32
    private var decoder = FrameDecoder()
    private var output: ArraySlice<UInt8> = []

    /// Set when it speaks HTTP: a request for the metrics, such as `curl --unix-socket` sends.
    ///
    /// No frame is so long that it begins with a letter.
    private var scrape: Scrape?
    private var isFresh = true

    private var isScrapeDue = false

    /// Whether all that it will be told is out.
    private(set) var isDone = false

    /// Takes over a connection.
    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// What its descriptor waits for.
    ///
    /// While an answer waits nothing more is read, so a peer that does not read holds one answer at
    /// most.
    var events: Int16 {
        Int16(output.isEmpty ? POLLIN : POLLOUT)
    }

    /// Reads what has arrived; false at the end.
    mutating func read() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else {
            return count < 0 && (errno == EAGAIN || errno == EINTR)
        }
        if isFresh, buffer[0] == UInt8(ascii: "G") {
            scrape = Scrape()
        }
        isFresh = false
        if scrape == nil {
            decoder.append(buffer[..<count])
        } else if scrape?.append(buffer[..<count]) == true {
            isScrapeDue = true
        }
        return true
    }

    /// Starts to send the metrics when they were asked for; false when the connection is gone.
    mutating func sendMetrics(_ metrics: () -> String) -> Bool {
        guard isScrapeDue, let scrape else {
            return true
        }
        isScrapeDue = false
        output = scrape.answer(metrics)[...]
        return flush()
    }

    /// The next request; `nil` until more arrives.
    ///
    /// Throws for bytes that are none: the peer is dropped.
    mutating func next() throws(WireError) -> ProxyRequest? {
        guard output.isEmpty, let message = try decoder.next() else {
            return nil
        }
        return try ProxyRequest(decoding: message)
    }

    /// Starts to send an answer; false when the connection is gone.
    mutating func send(_ response: ProxyResponse) -> Bool {
        let refusal = ProxyResponse.refused(reason: "the answer is too large for a frame")
        guard let frame = Frame.wrap(response.encoded) ?? Frame.wrap(refusal.encoded) else {
            return false
        }
        output = frame[...]
        return flush()
    }

    /// Sends what waits; false when the connection is gone.
    mutating func flush() -> Bool {
        while !output.isEmpty {
            let count = output.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else {
                return errno == EAGAIN || errno == EINTR
            }
            output = output.dropFirst(count)
        }
        output = []
        isDone = scrape != nil
        return true
    }
}
