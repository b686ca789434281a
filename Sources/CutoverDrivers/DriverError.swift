/// Why a driver could not do what it was asked, with what is needed to decide what to do next.
package struct DriverError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of driver, such as `process` or `proxy`.
    package var driver: String
    /// What was asked, such as `start` or `apply`.
    package var operation: String
    /// What it was asked of: an address, a socket's path, an instance.
    package var endpoint: String
    /// What went wrong and what to do about it, with the system's own words.
    package var message: String
    /// The same request may succeed later without anybody changing anything.
    package var isRetryable: Bool
    /// It may have taken place although it failed.
    ///
    /// Every operation is idempotent: ask again, or ask what is true.
    package var mayHaveBeenApplied: Bool

    package init(
        driver: String,
        operation: String,
        endpoint: String,
        message: String,
        isRetryable: Bool,
        mayHaveBeenApplied: Bool
    ) {
        self.driver = driver
        self.operation = operation
        self.endpoint = endpoint
        self.message = message
        self.isRetryable = isRetryable
        self.mayHaveBeenApplied = mayHaveBeenApplied
    }

    package var description: String { "\(driver): \(operation) \(endpoint): \(message)" }
}
