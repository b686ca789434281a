import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// What went wrong with a connection, in words that an operator understands.
enum ConnectionFault {
    private static let closedEarly = "closed the connection before the answer was whole"

    static func words(for error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            return error.connectionErrors.first.map { words(for: $0.error) } ?? "cannot connect"
        case let error as IOError:
            return words(forCode: error.errnoCode)
        case let error as HTTPClientError:
            return words(for: error)
        case HTTPParserError.invalidEOFState:
            return closedEarly
        case is HTTPParserError:
            return "the answer is not HTTP/1.1 (\(error))"
        case is CancellationError:
            return "given up"
        case ChannelError.connectTimeout:
            return "no connection in time"
        default:
            return "\(error)"
        }
    }

    private static func words(for error: HTTPClientError) -> String {
        switch error {
        case .remoteConnectionClosed: closedEarly
        case .connectTimeout: "no connection in time"
        case .cancelled: "given up"
        case .invalidURL, .emptyHost: "the path is not that of a URL"
        default: "\(error)"
        }
    }

    private static func words(forCode code: Int32) -> String {
        switch code {
        case ECONNREFUSED: "connection refused"
        case ECONNRESET, EPIPE: "connection reset"
        case ETIMEDOUT: "no connection in time"
        case ENOENT: "there is no socket"
        default: "\(SystemError(code: code))"
        }
    }
}
