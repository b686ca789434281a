import AsyncHTTPClient
import CutoverCore
import CutoverWire
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks an address by HTTP and compares the answer with what is expected.
struct HTTPRequester {
    let clock: DriverClock

    /// How much of a body is read.
    static let bodyLimit = 65_536

    /// One client for all, as long as the process lives: it is never shut down.
    private static let client: HTTPClient = {
        // A redirect could lead anywhere; an instance is asked at its own address and nowhere else.
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        configuration.proxy = nil
        // It would try a refused connection again until the timeout, and report that instead.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            configuration: configuration
        )
    }()

    /// Sends one GET request; over after `timeout` and a moment, and soon when the task is
    /// cancelled.
    func get(
        _ expectation: HTTPExpectation,
        from address: CutoverWire.SocketAddress,
        timeout: Duration
    ) async -> HTTPOutcome {
        let start = ContinuousClock.now
        let outcome = await clock.limit(timeout) {
            await Self.exchange(expectation, with: address)
        }
        let duration = ContinuousClock.now - start
        guard var outcome else {
            return HTTPOutcome(duration: duration, fault: "no answer in \(timeout.words)")
        }
        outcome.duration = duration
        return outcome
    }

    private static func exchange(
        _ expectation: HTTPExpectation,
        with address: CutoverWire.SocketAddress
    ) async -> HTTPOutcome {
        var request = HTTPClientRequest(url: address.url(path: expectation.path))
        request.headers = headers(expectation.headers, to: address)
        var outcome = HTTPOutcome(duration: .zero)
        do {
            // The deadline is the caller's, who cancels this.
            let response = try await client.execute(request, deadline: .distantFuture)
            outcome.status = Int(response.status.code)
            for try await chunk in response.body {
                outcome.body += chunk.readableBytesView.prefix(bodyLimit - outcome.body.count)
                if outcome.body.count >= bodyLimit {
                    break
                }
            }
            outcome.fault = expectation.fault(
                in: response,
                body: outcome.body
            )
        } catch {
            outcome.fault = ConnectionFault.words(for: error)
        }
        return outcome
    }

    private static func headers(
        _ wanted: [String: String],
        to address: CutoverWire.SocketAddress
    ) -> HTTPHeaders {
        var headers = HTTPHeaders(wanted.sorted { $0.key < $1.key })
        // A connection that was kept could be one to a process that has been replaced since.
        headers.replaceOrAdd(name: "Connection", value: "close")
        if !headers.contains(name: "User-Agent") {
            headers.add(name: "User-Agent", value: "cutover-probe")
        }
        if case .unix = address, !headers.contains(name: "Host") {
            // A path is no host, and many servers refuse the empty one that would be sent.
            headers.add(name: "Host", value: "localhost")
        }
        return headers
    }
}

extension HTTPExpectation {
    /// The first way in which an answer is not as expected; `nil` when it is.
    fileprivate func fault(in response: HTTPClientResponse, body: [UInt8]) -> String? {
        let code = Int(response.status.code)
        guard status.contains(code) else {
            if (300...399).contains(code), let target = response.headers.first(name: "Location") {
                return "\(code), redirect to \(target) not followed; expected \(statusWords)"
            }
            return "\(code), expected \(statusWords)"
        }
        for (name, value) in expectedHeaders.sorted(by: { $0.key < $1.key }) {
            let found = response.headers[name]
            if found.isEmpty {
                return "header \(name) is missing, expected \"\(value)\""
            }
            if !found.contains(value) {
                return
                    "header \(name) is \"\(found.joined(separator: ", "))\", expected \"\(value)\""
            }
        }
        if let bodyContains, !body[...].contains(Array(bodyContains.utf8)) {
            return "the body (\(body.count) bytes read) does not contain \"\(bodyContains)\""
        }
        return nil
    }

    private var statusWords: String {
        status.count == 1 ? "\(status.lowerBound)" : "\(status.lowerBound)-\(status.upperBound)"
    }
}

extension CutoverWire.SocketAddress {
    /// The URL of a path, which begins with `/`, at this address.
    fileprivate func url(path: String) -> String {
        switch self {
        case .ipv4(let host, let port):
            return "http://\(host):\(port)\(path)"
        case .unix(let socket):
            let allowed = Array("/-_.~".utf8)
            let host = socket.utf8
                .map { byte in
                    let isPlain =
                        (48...57).contains(byte) || (65...90).contains(byte)
                        || (97...122).contains(byte) || allowed.contains(byte)
                    let digits = String(byte, radix: 16, uppercase: true)
                    return isPlain && byte != UInt8(ascii: "/")
                        ? String(UnicodeScalar(byte))
                        : "%" + (digits.count == 1 ? "0" + digits : digits)
                }
                .joined()
            return "http+unix://\(host)\(path)"
        }
    }
}
