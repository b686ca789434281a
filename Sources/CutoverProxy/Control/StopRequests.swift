/// The way to ask a running proxy to end, from any thread.
package struct StopRequests: Sendable {
    private let mailbox: Mailbox<UInt32>

    /// Opens the way.
    init() throws(ProxyFault) {
        guard let mailbox = Mailbox<UInt32>() else {
            throw .noDescriptor
        }
        self.mailbox = mailbox
    }

    /// Readable while a request waits.
    var descriptor: Int32 { mailbox.descriptor }

    /// Ends the proxy when what runs is done, or after this long.
    package func post(graceMilliseconds: UInt32) {
        mailbox.post(graceMilliseconds)
    }

    /// Takes all requests, in the order in which they were made: the time for what runs, in
    /// milliseconds.
    func takeAll() -> [UInt32] {
        mailbox.takeAll()
    }
}
