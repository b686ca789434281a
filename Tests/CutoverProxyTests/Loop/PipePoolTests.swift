import Foundation
import Testing

@testable import CutoverProxy

/// Pipes for bodies, of which the kernel gives a user only so many.
@Suite(.serialized) struct PipePoolTests {
    private var pipes: Int {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return all.count {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?
                .hasPrefix("pipe:") ?? false
        }
    }

    /// So much the kernel gives when the user's share is spent.
    @Test(arguments: [8_192, 32_768])
    func aPipeWithoutRoomIsClosedAndNoneIsAskedForForAWhile(bytes: Int) {
        let before = pipes
        var pool = PipePool(maximum: 4, bytes: bytes)
        for _ in 0..<6 {
            let place = pool.take()
            #expect(place == nil && pool.isRefused && pipes == before)
            pool.isRefused = false
        }
    }

    @Test func aRefusalIsRememberedAndKeepsNoOpenPipeFromUse() throws {
        var pool = PipePool(maximum: 2)
        let first = pool.take()
        pool.give(try #require(first))
        pool.isRefused = true
        let again = pool.take()
        let another = pool.take()
        #expect(again == first && another == nil)
        pool.isRefused = false
        let last = pool.take()
        #expect(last != nil)
    }

    @Test func aPipeWithRoomIsTaken() throws {
        var pool = PipePool(maximum: 1, bytes: PipePool.bytesMinimum)
        let place = pool.take()
        #expect(place != nil)
    }

    @Test func loopsShareTheRoomOfTheirUser() {
        for loops in 1...256 {
            let all = PipePool.maximum(loops: loops) * loops
            #expect(PipePool.maximum(loops: loops) >= 1)
            #expect(loops > PipePool.processMaximum || all <= PipePool.processMaximum)
        }
        #expect(2 * PipePool.processMaximum * PipePool.bytes <= 64 << 20)
    }
}
