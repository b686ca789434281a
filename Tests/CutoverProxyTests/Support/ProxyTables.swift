import CutoverWire
import Testing

@testable import CutoverProxy

func table(_ generation: UInt64, epoch: UInt64 = 1, _ routes: ProxyRoute...) -> ProxyTable {
    ProxyTable(generation: generation, epoch: epoch, routes: routes)
}

/// Why a proxy refuses something, or the error when that is none; `nil` when it does not.
func refusal(_ body: () throws(ProxyClientError) -> Void) -> String? {
    do throws(ProxyClientError) {
        try body()
        return nil
    } catch {
        return error.kind == .refused && !error.mayHaveBeenApplied ? error.detail : "\(error)"
    }
}
