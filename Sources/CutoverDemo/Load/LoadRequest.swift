import NIOHTTP1

/// One kind of request in the load's mix.
enum LoadRequest: CaseIterable, Sendable {
    case small
    case large
    case stream
    case echo

    /// The mix in twenty requests: mostly small ones, and some of each kind that a switch could
    /// cut.
    static func number(_ number: Int) -> LoadRequest {
        switch number % 20 {
        case 3, 13: .large
        case 7: .stream
        case 11, 17: .echo
        default: .small
        }
    }

    var method: HTTPMethod { self == .echo ? .POST : .GET }

    var path: String {
        switch self {
        case .small: "/"
        case .large: "/large"
        case .stream: "/stream"
        case .echo: "/echo"
        }
    }

    /// Bytes of the request's body, which is all `e`.
    var bodyBytes: Int { self == .echo ? 4096 : 0 }

    /// Whether an answer of this length is complete, as far as the length is known beforehand.
    func accepts(bodyBytes: Int) -> Bool {
        switch self {
        case .small, .stream: bodyBytes > 0
        case .large: bodyBytes == 65536
        case .echo: bodyBytes == self.bodyBytes
        }
    }
}
