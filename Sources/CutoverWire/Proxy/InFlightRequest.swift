/// One request that an instance has begun and that is not over, as the proxy sees it.
package struct InFlightRequest: Hashable, Sendable {
    /// What it is busy with.
    package enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// For the connection to the instance, or for the response's head.
        case waiting
        /// The request's body is on its way to the instance.
        case uploading
        /// The response is on its way to the client.
        case streaming
        /// The same, of a response that says it is `text/event-stream`.
        case eventStream
        /// Upgraded, such as a WebSocket.
        case tunnel

        /// For people.
        package var words: String {
            switch self {
            case .waiting: "waiting for the response"
            case .uploading: "upload"
            case .streaming: "response"
            case .eventStream: "event stream"
            case .tunnel: "tunnel"
            }
        }
    }

    /// The longest `method` and `path` that a proxy tells, in bytes; longer ones are cut off.
    package static let methodMaximum = 32
    package static let pathMaximum = 256

    /// The service and the key of its instance.
    package var service: String
    package var key: String

    package var method: String

    /// Without the query, which may hold secrets.
    package var path: String

    /// The address that the client connected from, or whom its connection's PROXY header names.
    package var client: String

    package var kind: Kind

    /// Since its head was read, in milliseconds.
    package var age: UInt64

    /// Bytes of the response's body so far; `nil` in a tunnel, which has none.
    package var bytes: UInt64?

    /// Puts an entry together.
    package init(
        service: String,
        key: String,
        method: String,
        path: String,
        client: String,
        kind: Kind,
        age: UInt64,
        bytes: UInt64? = nil
    ) {
        self.service = service
        self.key = key
        self.method = method
        self.path = path
        self.client = client
        self.kind = kind
        self.age = age
        self.bytes = bytes
    }
}

/// Requests in flight, or requests that were cut.
package struct InFlightList: Hashable, Sendable {
    /// The most requests that one answer names.
    package static let maximum = 1_000

    /// How many there are, also of those that are not named.
    package var count: UInt64 = 0

    /// The oldest of them, the oldest first.
    package var requests: [InFlightRequest] = []

    /// Starts empty.
    package init() {}

    /// Those that are not named.
    package var more: UInt64 { count - min(UInt64(requests.count), count) }
}

extension InFlightRequest: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(service)
        writer.write(key)
        writer.write(method)
        writer.write(path)
        writer.write(client)
        writer.write(byte: kind.rawValue)
        writer.write(age)
        writer.write(bytes)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        service = try reader.text("service")
        key = try reader.text("key")
        method = try reader.text("method")
        path = try reader.text("path")
        client = try reader.text("client")
        guard let kind = Kind(rawValue: try reader.byte("kind")) else {
            throw reader.error(.malformed, in: "kind")
        }
        self.kind = kind
        age = try reader.integer("age")
        bytes = try reader.optionalInteger("bytes")
    }
}

extension InFlightList: ByteCodable {
    package func encode(into writer: inout ByteWriter) {
        writer.write(count)
        writer.write(requests)
    }

    package init(from reader: inout ByteReader) throws(WireError) {
        count = try reader.integer("count")
        requests = try reader.list("requests", of: InFlightRequest.self)
    }
}
