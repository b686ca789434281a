import CLinux
import Glibc
import Synchronization

/// Messages from one thread to another, with a descriptor that wakes the receiver.
///
/// The lock is held for the time of an append or a swap; no request ever waits for it, since a loop
/// looks into its mailbox only when the descriptor says so.
final class Mailbox<Message: Sendable>: Sendable {
    /// Readable while messages wait.
    let descriptor: Int32

    private let messages = Mutex<[Message]>([])

    /// Opens the descriptor; `nil` when there is none left.
    init?() {
        descriptor = clinux_eventfd()
        guard descriptor >= 0 else {
            return nil
        }
    }

    deinit {
        close(descriptor)
    }

    /// Leaves a message and wakes the receiver.
    func post(_ message: Message) {
        messages.withLock { $0.append(message) }
        clinux_eventfd_signal(descriptor)
    }

    /// Takes all messages, in the order in which they were left.
    func takeAll() -> [Message] {
        clinux_eventfd_clear(descriptor)
        return messages.withLock { messages in
            defer { messages = [] }
            return messages
        }
    }
}

/// What the control thread asks of a loop.
enum LoopCommand: Sendable {
    /// Replace the table; `ticket` is for the reply.
    case adopt(TablePlan, ticket: UInt64)
    /// Close what is in flight on these backends, by number; `ticket` is for the reply.
    case cut(Set<UInt64>, ticket: UInt64)
    /// Tell what is in flight on these backends, by number, or on those that take no new requests;
    /// `ticket` is for the reply.
    case list(Set<UInt64>?, ticket: UInt64)
    /// Stop accepting, and end when nothing runs or after this long; `isFinal` ends the listeners
    /// for every process that has copies of them.
    case stop(graceMilliseconds: UInt32, isFinal: Bool = true)
}

/// What a loop answers.
enum LoopReply: Sendable {
    /// One loop runs, or cannot.
    case started(Bool)
    /// The plan of this command is live in one more loop.
    case adopted(ticket: UInt64)
    /// What was asked for is in flight on one loop, or was until it closed it.
    case inFlight(InFlightRecords, ticket: UInt64)
    /// One loop that is to end listens no more.
    case closed
    /// One loop has ended.
    case stopped
}
