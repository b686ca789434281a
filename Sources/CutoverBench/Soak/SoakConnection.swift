import Glibc

/// A client's connection that blocks, and reads whole responses.
struct SoakConnection: ~Copyable {
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 131_072, alignment: 8)

    /// One response, as far as a soak looks at it.
    struct Response {
        var status = 0
        /// Bytes on the wire.
        var bytes = 0
        /// Bytes of content.
        var content = 0
        var closes = false
    }

    /// Connects to 127.0.0.1; `nil` when that fails.
    init?(port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(
                descriptor,
                SOL_SOCKET,
                option,
                &limit,
                socklen_t(MemoryLayout<timeval>.size)
            )
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
        chunk.deallocate()
    }

    /// Sends all of it; false when the peer is gone.
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                buffer.baseAddress.map {
                    Glibc.send(
                        descriptor,
                        $0 + sent,
                        bytes.count - sent,
                        Int32(MSG_NOSIGNAL)
                    )
                } ?? -1
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Reads one response; `nil` when it does not come whole, or is none.
    mutating func receive() -> Response? {
        guard let head = line(through: "\r\n\r\n") else { return nil }
        let lines = head.split(separator: "\r\n").map { $0.lowercased() }
        var response = Response(bytes: head.utf8.count)
        guard lines[0].hasPrefix("http/1.1 "), let status = Int(lines[0].dropFirst(9).prefix(3))
        else { return nil }
        response.status = status
        response.closes = lines.contains("connection: close")
        if lines.contains("transfer-encoding: chunked") {
            return receiveChunks(into: &response) ? response : nil
        }
        let length = lines.compactMap { line in
            line.hasPrefix("content-length: ") ? Int(line.dropFirst(16)) : nil
        }
        guard length.count == 1, skip(length[0]) else { return nil }
        response.content = length[0]
        response.bytes += length[0]
        return response
    }

    private mutating func receiveChunks(into response: inout Response) -> Bool {
        while let size = line(through: "\r\n") {
            // CR and LF are one character.
            guard let count = Int(size.dropLast(), radix: 16), skip(count + 2) else {
                return false
            }
            response.bytes += size.utf8.count + count + 2
            response.content += count
            if count == 0 { return true }
        }
        return false
    }

    /// Reads up to and with a mark; `nil` when the peer is gone before.
    mutating func line(through mark: String) -> String? {
        let wanted = Array(mark.utf8)
        while true {
            var place = start
            while place + wanted.count <= buffer.count {
                if buffer[place] == wanted[0], buffer[place...].starts(with: wanted) {
                    let end = place + wanted.count
                    let text = String(decoding: buffer[start..<end], as: UTF8.self)
                    start = end
                    return text
                }
                place += 1
            }
            guard fill() else { return nil }
        }
    }

    private mutating func skip(_ count: Int) -> Bool {
        var left = count
        while true {
            let taken = min(left, buffer.count - start)
            start += taken
            left -= taken
            if left == 0 { return true }
            guard fill() else { return false }
        }
    }

    private mutating func fill() -> Bool {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        let count = recv(descriptor, chunk.baseAddress, chunk.count, 0)
        guard count > 0 else { return false }
        buffer.append(contentsOf: chunk[..<count])
        return true
    }
}
