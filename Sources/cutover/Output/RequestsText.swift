import CutoverCore
import CutoverEngine
import CutoverScreen
import CutoverWire
import Foundation

/// What `cutover requests` prints: one request a line.
struct RequestsText {
    private let requests: [InFlightRequest]
    private let names: [String: String]
    /// Those that the proxy did not name, of whatever service.
    private let more: UInt64

    /// `names` has the names of instances by their keys; a key without one stands for itself.
    init(_ list: InFlightList, of service: String?, names: [String: String]) {
        requests = list.requests.filter { service == nil || $0.service == service }
        self.names = names
        more = list.more
    }

    /// The names of the instances that an engine knows.
    static func names(in snapshot: EngineSnapshot) -> [String: String] {
        let instances = snapshot.services.flatMap(\.sides).flatMap(\.instances)
        return Dictionary(instances.map { ($0.id.key, $0.name) }) { first, _ in first }
    }

    var text: String {
        guard !requests.isEmpty || more > 0 else { return "no requests" }
        var lines = requests.map { request in
            let age = Duration.milliseconds(Int64(clamping: request.age)).words
            let bytes = request.bytes.map { ", \($0) bytes" } ?? ""
            return Sanitizer.sanitize(
                "\(age)  \(request.method) \(request.path)  \(request.kind.words)\(bytes)  "
                    + "\(request.client) -> \(request.service)/\(name(of: request))"
            )
        }
        if more > 0 { lines.append("and \(more) more") }
        return lines.joined(separator: "\n")
    }

    /// A format of its own, which only ever grows.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let document = Document(version: 1, more: more, requests: requests.map(entry))
            return String(decoding: try encoder.encode(document), as: UTF8.self)
        }
    }

    private func name(of request: InFlightRequest) -> String {
        names[request.key] ?? request.key
    }

    private func entry(_ request: InFlightRequest) -> Document.Request {
        Document.Request(
            service: request.service,
            instance: name(of: request),
            method: request.method,
            path: request.path,
            client: request.client,
            kind: "\(request.kind)",
            ageMilliseconds: request.age,
            bytes: request.bytes
        )
    }

    private struct Document: Encodable {
        var version: Int
        var more: UInt64
        var requests: [Request]

        struct Request: Encodable {
            var service: String
            var instance: String
            var method: String
            var path: String
            var client: String
            var kind: String
            var ageMilliseconds: UInt64
            var bytes: UInt64?
        }
    }
}
