/// How a proxy that an engine leads ends, beside 0 and 1 for one that could not start.
package enum ProxyExit {
    /// The exit status of one that ended after requests had failed that nobody was told of: the end
    /// of its grace cut them, or they failed after it had left its control socket.
    package static let failedUncounted: Int32 = 10
}
