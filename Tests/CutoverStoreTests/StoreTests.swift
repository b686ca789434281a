import CutoverCore
import Foundation
import GRDB
import Testing

@testable import CutoverStore

/// What was committed is there after any end of the process, and what threw is not.
@Suite struct StoreTests {
    let temporary: TemporaryDirectory
    let web = ServiceName(rawValue: "web")
    let now = RolloutSamples.start

    init() throws {
        temporary = try TemporaryDirectory()
    }

    func open() throws -> Store {
        try Store(StateDirectory(preparing: temporary.file("state")), at: now)
    }

    func commit(_ change: (inout StoreCommit) -> Void = { _ in }) -> StoreCommit {
        var commit = StoreCommit(at: now)
        commit.services = [
            ServiceRecord(name: web, live: nil, previous: nil, rollout: nil, queued: nil)
        ]
        change(&commit)
        return commit
    }

    func row(_ text: String) -> JournalRow {
        JournalRow(service: web, rollout: RolloutSamples.id, kind: .phase, text: text)
    }

    @Test func filesAreForTheOwnerOnly() throws {
        let store = try open()
        _ = try store.commit(commit())
        for name in ["state.sqlite", "state.sqlite-wal", "state.sqlite-shm", "engine.lock"] {
            #expect(try temporary.mode(of: "state/\(name)") == 0o600, "\(name)")
        }
    }

    @Test func everyCommitIsSyncedToTheDisk() throws {
        let store = try open()
        let (mode, journal, foreignKeys) = try store.read { database in
            (
                try Int.fetchOne(database, sql: "PRAGMA synchronous"),
                try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                try Bool.fetchOne(database, sql: "PRAGMA foreign_keys")
            )
        }
        #expect(mode == 2)
        #expect(journal == "wal")
        #expect(foreignKeys == true)
    }

    @Test func theEpochRisesWithEachEngine() throws {
        #expect(try open().epoch == 1)
        #expect(try open().epoch == 2)
        #expect(try open().epoch == 3)
    }

    @Test func aServiceWithItsRolloutReadsBackAfterAReopen() throws {
        let machine = RolloutSamples.machine(in: .warm(RolloutSamples.clock))
        let roster = machine.roster
        let service = ServiceRecord(
            name: web,
            live: LiveRelease(
                release: RolloutSamples.blue.release,
                slot: .blue,
                roster: roster,
                traffic: RolloutSamples.traffic
            ),
            previous: ReleaseName(rawValue: "v40"),
            rollout: machine.plan.id,
            queued: QueuedDeploy(
                id: RolloutID(rawValue: 8),
                release: ReleaseName(rawValue: "v43"),
                actor: Actor(name: "bob")
            )
        )
        do {
            _ = try open().commit(
                commit { commit in
                    commit.services = [service]
                    commit.rollouts = [machine]
                }
            )
        }
        let store = try open()
        #expect(try store.loadServices() == [service])
        #expect(try store.loadRollout(machine.plan.id) == machine)
        #expect(try store.loadRollout(RolloutID(rawValue: 99)) == nil)
        #expect(try store.loadLastRollout() == machine.plan.id)
    }

    @Test func anInstanceReadsBackWithItsEvidence() throws {
        let record = InstanceRecord(
            instance: RolloutSamples.green,
            service: web,
            process: ProcessRecord(
                identity: ProcessRecord.Identity(
                    processID: 4242,
                    startTicks: 123_456_789,
                    bootID: "boot",
                    token: "token"
                ),
                address: "unix:/run/7-1.sock",
                logPath: "/tmp/g1.log",
                startedAt: now
            ),
            restarts: 3,
            isStopped: false,
            evidence: InstanceEvidence(
                probes: [
                    ProbeResult(
                        at: now,
                        passed: false,
                        status: 503,
                        bytes: 12,
                        duration: .microseconds(1500),
                        error: "503, expected 200-299"
                    )
                ],
                lastExit: "exit status 1",
                log: ["one", "two \u{1B}[31m"]
            )
        )
        let bare = InstanceRecord(
            instance: RolloutSamples.blue,
            service: web,
            process: nil,
            restarts: 0,
            isStopped: true,
            evidence: InstanceEvidence()
        )
        var external = bare
        external.instance.id.number += 100
        external.process = ProcessRecord(
            identity: nil,
            address: "10.0.0.1:8080",
            logPath: "",
            startedAt: now
        )
        do {
            _ = try open().commit(commit { $0.instances = [record, bare, external] })
        }
        let store = try open()
        let sorted = [bare, external, record].sorted { $0.instance.id < $1.instance.id }
        #expect(try store.loadInstances() == sorted)
        _ = try store.commit(
            commit { $0.removedInstances = [bare.instance.id, external.instance.id] }
        )
        #expect(try store.loadInstances() == [record])
    }

    @Test func theJournalIsInTheOrderOfItsSequence() throws {
        let store = try open()
        let first = try store.commit(commit { $0.journal = [row("one"), row("two")] })
        var earlier = commit { $0.journal = [row("three")] }
        earlier.at = now - .seconds(60)
        let second = try store.commit(earlier)
        #expect((first + second).map(\.sequence) == [1, 2, 3])
        #expect(try store.loadJournal(limit: 2).map(\.text) == ["three", "two"])
        #expect(try store.loadJournal(limit: 9, service: ServiceName(rawValue: "api")).isEmpty)
    }

    @Test func theNewestInstantIsNotThatOfTheLastRow() throws {
        let store = try open()
        #expect(try store.loadNewestInstant() == Timestamp(milliseconds: 0))
        _ = try store.commit(commit { $0.journal = [row("one")] })
        var earlier = commit { $0.journal = [row("two")] }
        earlier.at = now - .seconds(3600)
        _ = try store.commit(earlier)
        #expect(try store.loadNewestInstant() == now)
    }

    @Test func releasesComeBackWithTheLastDeployedFirst() throws {
        let store = try open()
        for (name, seconds, isDeployed) in [("v1", 1, true), ("v2", 2, false), ("v3", 3, true)] {
            _ = try store.commit(
                commit { commit in
                    commit.releases = [
                        ReleaseRecord(
                            service: web,
                            release: ReleaseName(rawValue: name),
                            seenAt: now + .seconds(seconds),
                            lastDeployedAt: isDeployed ? now + .seconds(seconds) : nil
                        )
                    ]
                }
            )
        }
        #expect(try store.loadReleases().map(\.release.rawValue) == ["v3", "v1", "v2"])
    }

    @Test func generationsNeverGoBack() throws {
        let store = try open()
        _ = try store.commit(commit { $0.generation = 2000 })
        _ = try store.commit(commit { $0.generation = 1000 })
        #expect(try store.loadGeneration() == 2000)
    }

    @Test func oldRolloutsAndRowsArePruned() throws {
        let store = try open()
        let finished = RolloutPhase.finished(.promoted, at: now)
        _ = try store.commit(
            commit { commit in
                commit.rollouts = (1...60).map { number in
                    RolloutSamples.machine(in: finished, id: RolloutID(rawValue: number))
                }
            }
        )
        try store.prune()
        #expect(try store.loadRollout(RolloutID(rawValue: 10)) == nil)
        #expect(try store.loadRollout(RolloutID(rawValue: 11)) != nil)
    }

    @Test func releasesThatWereLastDeployedLongAgoArePruned() throws {
        let store = try open()
        _ = try store.commit(
            commit { commit in
                commit.releases = (1...Store.releasesKept + 5).map { number in
                    ReleaseRecord(
                        service: web,
                        release: ReleaseName(rawValue: "v\(number)"),
                        seenAt: now,
                        lastDeployedAt: now + .seconds(number)
                    )
                }
            }
        )
        try store.prune()
        let kept = try store.loadReleases().map(\.release.rawValue)
        #expect(kept.count == Store.releasesKept)
        #expect(kept.last == "v6")
    }
}
