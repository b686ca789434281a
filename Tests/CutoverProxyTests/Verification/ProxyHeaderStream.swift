@testable import CutoverProxy

/// The PROXY header at the front of a connection, decoded as the loop decodes it: anew from its
/// first byte whenever more has come, until it is decided.
struct ProxyHeaderStream: StreamDecoder {
    struct Outcome: Equatable {
        var result = ProxyProtocol.Result.incomplete
        /// What follows the header, and so is the first request; all of it where there is none.
        var rest: [UInt8] = []
    }

    private(set) var outcome = Outcome()

    mutating func take(_ piece: ArraySlice<UInt8>) {
        outcome.rest += piece
        guard outcome.result == .incomplete else {
            return
        }
        outcome.result = ProxyProtocol.decode(outcome.rest.span)
        if case .complete(let count, _) = outcome.result {
            outcome.rest.removeFirst(min(count, outcome.rest.count))
        }
    }
}
