import CutoverCore
import CutoverTestSupport
import CutoverWire
import Glibc
import Testing

@testable import CutoverDrivers

@Suite struct AdoptionTests {
    /// A process that is not our child, as those of an engine that died are, with its record.
    private func orphan(_ bench: RuntimeBench, _ script: String) async throws -> InstanceProcess {
        // Of its own for each test: the mark decides what is ended.
        let token = "token-of-\(bench.directory.path)"
        let command =
            "CUTOVER_PROCESS=\(token) setsid sh -c '\(script)' & (echo $!; echo end) > orphan"
        let parent = try await bench.start("(\(command)); exec sleep 60", number: 99)
        let lines = try await bench.lines(of: "orphan")
        let processID = try #require(lines.first.flatMap { Int32($0) })
        let stat = try await value(of: "the orphan in a session of its own") {
            ProcessTable.stat(of: processID).flatMap { $0.session == processID ? $0 : nil }
        }
        _ = try await bench.runtime.stop(parent.id, grace: .seconds(5))
        return InstanceProcess(
            id: InstanceID(rollout: RolloutID(rawValue: 3), number: 1),
            identity: ProcessIdentity(
                processID: processID,
                startTime: stat.startTime,
                bootID: ProcessTable.bootID,
                token: token
            ),
            address: .ipv4(host: "127.0.0.1", port: 42_500),
            logPath: bench.directory.file("adopted.log"),
            startedAt: Timestamp(milliseconds: 1)
        )
    }

    @Test func theSameProcessIsAdoptedAndStopped() async throws {
        let bench = try RuntimeBench()
        let record = try await orphan(bench, "exec sleep 60")
        let runtime = try bench.successor()
        #expect(await runtime.adopt([record]) == [record.id: .running])
        #expect(await runtime.adopt([record]) == [record.id: .running])
        #expect(await runtime.list() == [record])
        let exit = try await runtime.stop(record.id, grace: .seconds(20))
        #expect(exit?.status == .unknown)
        #expect(!isRunning(record.processID))
    }

    @Test func theEndOfAnAdoptedProcessIsReportedWithoutAStatus() async throws {
        let bench = try RuntimeBench()
        let record = try await orphan(bench, "exec sleep 60")
        let runtime = try bench.successor()
        #expect(await runtime.adopt([record]) == [record.id: .running])
        kill(record.processID, SIGKILL)
        for await exit in runtime.exits {
            #expect(exit.process == record)
            #expect(exit.status == .unknown)
            break
        }
    }

    @Test func anotherProcessWithTheSameNumberIsNeverSignalled() async throws {
        let bench = try RuntimeBench()
        let decoy = try await bench.start(
            "trap 'echo hit >> hits' TERM HUP INT; echo end > ready; while :; do sleep 60; done"
        )
        _ = try await bench.lines(of: "ready")
        let runtime = try bench.successor()
        var older = decoy
        older.startTime -= 1
        older.token = "of another process"
        var boot = decoy
        boot.id.number = 2
        boot.bootID = "of another start of the machine"
        boot.token = "of another process"
        let adoptions = await runtime.adopt([older, boot])
        for record in [older, boot] {
            guard case .gone = adoptions[record.id] else {
                Issue.record("adopted a stranger: \(record)")
                continue
            }
            #expect(try await runtime.stop(record.id, grace: .zero) == nil)
        }
        #expect(isRunning(decoy.processID))
        #expect(bench.directory.read("hits") == nil)
        try await bench.stopAll()
    }

    @Test func theSessionOfADeadLeaderProvesNothing() async throws {
        let bench = try RuntimeBench()
        let record = try await orphan(bench, "sleep 60 & echo $! > child; wait")
        let child = try await value(of: "the child's ID") {
            bench.directory.read("child").flatMap { Int32($0.dropLast()) }
        }
        let leader = try #require(
            ProcessHandle(processID: record.processID, startTime: record.startTime)
        )
        // Another family with the same number, as after the number was given to a stranger.
        let stranger = ProcessFamily(leader: leader, mark: "MARK=other", isUnreapedChild: false)
        let own = ProcessFamily(leader: leader, mark: record.mark, isUnreapedChild: false)
        #expect(Set(own.members().map(\.processID)) == [record.processID, child])
        leader.send(SIGKILL)
        await leader.exited()
        #expect(stranger.members().isEmpty)
        #expect(own.members().map(\.processID) == [child])
        #expect(await own.kill() == nil)
        #expect(!isRunning(child))
    }

    @Test func whatAGoneInstanceLeftBehindIsEnded() async throws {
        let bench = try RuntimeBench()
        let record = try await orphan(bench, "setsid sleep 60 & echo $! > left; wait")
        let left = try await value(of: "the child's ID") {
            bench.directory.read("left").flatMap { Int32($0.dropLast()) }
        }
        kill(record.processID, SIGKILL)
        try await waitUntil("the leader's end") { !isRunning(record.processID) }
        let runtime = try bench.successor()
        guard case .gone(let reason) = await runtime.adopt([record])[record.id] else {
            Issue.record("adopted a dead process")
            return
        }
        #expect(reason.contains("ended while no engine ran"))
        #expect(!isRunning(left))
    }

    @Test func aGoneInstanceIsStartedAgainOnItsPort() async throws {
        let bench = try RuntimeBench()
        var record = try await bench.start("exec sleep 60")
        let address = record.address
        _ = try await bench.runtime.stop(record.id, grace: .seconds(20))
        record.processID = 1
        let runtime = try bench.successor()
        let adoption = await runtime.adopt([record])[record.id]
        #expect(adoption != .running)
        let other = try await runtime.start(bench.launch(["sleep", "60"], number: 2)) { _ in }
        let again = try await runtime.start(bench.launch(["sleep", "60"], number: 1)) { _ in }
        #expect(again.address == address)
        #expect(other.address != address)
        for id in [other.id, again.id] {
            _ = try await runtime.stop(id, grace: .zero)
        }
    }
}
