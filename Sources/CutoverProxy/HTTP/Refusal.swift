/// The statuses that the proxy answers by itself.
enum Refusal: UInt8, CaseIterable {
    case badRequest
    case notFound
    case methodNotAllowed
    case requestTimeout
    case contentTooLarge
    case targetTooLong
    case expectationFailed
    case fieldsTooLarge
    case badGateway
    case unavailable
    case gatewayTimeout
    case versionNotSupported
    /// The proxy has no memory, or no descriptor, for it.
    case overloaded

    /// The status code.
    var status: UInt16 {
        switch self {
        case .badRequest: 400
        case .notFound: 404
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .contentTooLarge: 413
        case .targetTooLong: 414
        case .expectationFailed: 417
        case .fieldsTooLarge: 431
        case .badGateway: 502
        case .unavailable, .overloaded: 503
        case .gatewayTimeout: 504
        case .versionNotSupported: 505
        }
    }

    /// The reason phrase.
    var reason: StaticString {
        switch self {
        case .badRequest: "Bad Request"
        case .notFound: "Not Found"
        case .methodNotAllowed: "Method Not Allowed"
        case .requestTimeout: "Request Timeout"
        case .contentTooLarge: "Content Too Large"
        case .targetTooLong: "URI Too Long"
        case .expectationFailed: "Expectation Failed"
        case .fieldsTooLarge: "Request Header Fields Too Large"
        case .badGateway: "Bad Gateway"
        case .unavailable, .overloaded: "Service Unavailable"
        case .gatewayTimeout: "Gateway Timeout"
        case .versionNotSupported: "HTTP Version Not Supported"
        }
    }

    /// One line for the person who reads the answer.
    var explanation: StaticString {
        switch self {
        case .badRequest: "The request breaks a rule of HTTP/1.1.\n"
        case .notFound: "No service at this address has this host and path.\n"
        case .methodNotAllowed: "This method is not available through this proxy.\n"
        case .requestTimeout: "The request did not arrive in time.\n"
        case .contentTooLarge: "The request's body is larger than this service allows.\n"
        case .targetTooLong: "The request line is longer than this service allows.\n"
        case .expectationFailed: "Only the expectation 100-continue is supported.\n"
        case .fieldsTooLarge: "The request's header is larger than this service allows.\n"
        case .badGateway: "The instance did not give a valid response.\n"
        case .unavailable: "No instance is available for this request.\n"
        case .overloaded: "The proxy holds as many requests as its memory and descriptors allow.\n"
        case .gatewayTimeout: "The instance did not respond in time.\n"
        case .versionNotSupported: "Only HTTP/1.0 and HTTP/1.1 are supported.\n"
        }
    }
}

/// What came of parsing a head.
enum HeadResult: Equatable {
    /// The head ends in the bytes at hand.
    case complete
    /// Its end is not there yet.
    case incomplete
    /// It is refused; for a response head the status does not matter.
    case refused(Refusal)
}
