import CLinux
import Foundation
import Glibc
import Synchronization
import Testing

@Suite struct SchedulingTests {
    @Test func aShorterSliceIsGrantedAndKeepsTheShareOfTheThread() {
        let whose = __priority_which_t(PRIO_PROCESS.rawValue)
        let done = DispatchSemaphore(value: 0)
        let seen = Mutex<[Int32]>([])
        // On a thread of its own, which Linux takes for the process 0 of these calls: a slice and a
        // niceness stay for as long as it lives.
        let thread = Thread {
            setpriority(whose, 0, 5)
            let result = clinux_shorten_slice(100_000)
            seen.withLock { $0 = [result, getpriority(whose, 0)] }
            done.signal()
        }
        thread.start()
        done.wait()
        #expect(seen.withLock(\.self) == [0, 5])
    }
}
