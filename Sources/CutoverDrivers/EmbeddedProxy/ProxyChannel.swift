import CutoverWire
import Dispatch

/// Asks the proxy from asynchronous code: the client blocks a thread, and this gives it one.
struct ProxyChannel: Sendable {
    let client: ProxyClient

    /// Concurrent, so that a proxy that hangs in one answer does not hide that another one came.
    private static let queue = DispatchQueue(
        label: "cutover.proxy-channel",
        attributes: .concurrent
    )

    func call<Value: Sendable>(
        _ operation: String,
        _ body: @escaping @Sendable (ProxyClient) throws(ProxyClientError) -> Value
    ) async throws(DriverError) -> Value {
        let client = client
        let result: Result<Value, ProxyClientError> = await withCheckedContinuation {
            continuation in
            Self.queue.async {
                do throws(ProxyClientError) {
                    continuation.resume(returning: .success(try body(client)))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        switch result {
        case .success(let value): return value
        case .failure(let error): throw DriverError(error, operation)
        }
    }

    func failure(
        _ operation: String,
        _ message: String,
        isRetryable: Bool,
        mayHaveBeenApplied: Bool = false
    ) -> DriverError {
        DriverError(
            driver: DriverError.proxyDriver,
            operation: operation,
            endpoint: client.socketPath,
            message: message,
            isRetryable: isRetryable,
            mayHaveBeenApplied: mayHaveBeenApplied
        )
    }
}

extension DriverError {
    static let proxyDriver = "proxy"
    private static let absence = "no proxy runs"

    init(_ error: ProxyClientError, _ operation: String) {
        let (words, isRetryable) =
            switch error.kind {
            case .notRunning: (Self.absence, true)
            case .connection: ("the connection failed", true)
            case .timedOut: ("no answer in time", true)
            case .answerInvalid: ("the answer could not be read", false)
            case .answerUnexpected: ("the answer is to another question", false)
            case .refused: ("refused", false)
            case .unsettled: ("not finished", true)
            }
        self.init(
            driver: Self.proxyDriver,
            operation: operation,
            endpoint: error.socketPath,
            message: "\(words): \(error.detail)",
            isRetryable: isRetryable,
            mayHaveBeenApplied: error.mayHaveBeenApplied
        )
    }

    /// Nobody listens on the control socket.
    var isAbsence: Bool { message.hasPrefix(Self.absence) }
}
