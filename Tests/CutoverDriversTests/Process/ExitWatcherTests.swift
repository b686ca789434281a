import CLinux
import CutoverTestSupport
import Glibc
import Synchronization
import Testing

@testable import CutoverDrivers

@Suite struct ExitWatcherTests {
    @Test func withoutAnEpollInstanceEndsAreNoticedAndNoThreadSpins() async throws {
        let watcher = ExitWatcher(epoll: -EMFILE)
        let hasThread = watcher.hasThread.load(ordering: .relaxed)
        #expect(!hasThread)
        let bench = try RuntimeBench()
        let process = try await bench.start("exec sleep 60")
        let pidfd = OwnedDescriptor(clinux_pidfd_open(process.processID))
        let isOver = Atomic(false)
        watcher.watch(pidfd.number) { isOver.store(true, ordering: .relaxed) }
        let isEarly = isOver.load(ordering: .relaxed)
        #expect(!isEarly)
        try await bench.stopAll()
        try await waitUntil("the end to be noticed") { isOver.load(ordering: .relaxed) }
    }
}
