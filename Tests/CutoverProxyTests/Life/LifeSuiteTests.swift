import CutoverWire
import Foundation
import Testing

@testable import CutoverProxy

/// Connection life on raw sockets: what a proxy must hold for every order of events.
///
/// The same cases run on nginx and HAProxy on demand, for comparison:
/// `CUTOVER_PEERS=1 swift test --filter LifeSuiteTests`.
@Suite(.serialized) struct LifeSuiteTests {
    private static let isComparing = ProcessInfo.processInfo.environment["CUTOVER_PEERS"] != nil

    @Test func everyCaseHolds() throws {
        #expect(LifeCase.all.count >= 90)
        #expect(Set(LifeCase.all.map(\.name)).count == LifeCase.all.count)
        let play = try own(LifeCase.all, atOnce: 12)
        #expect(play.deviations == [])
        #expect(play.heldCount == LifeCase.all.count)
    }

    @Test func everyHeavyCaseHolds() throws {
        let play = try own(LifeCase.heavy, atOnce: 1)
        #expect(play.deviations == [])
        #expect(play.heldCount == LifeCase.heavy.count)
    }

    /// What others make of the same cases; it fails only when one of them does not run.
    @Test(.enabled(if: isComparing), arguments: PeerProxy.Kind.allCases)
    func othersAreCompared(kind: PeerProxy.Kind) throws {
        for (cases, atOnce) in [(LifeCase.all, 12), (LifeCase.heavy, 1)] {
            let places = try places(cases)
            let peer = try PeerProxy(
                kind,
                paths: places.indices.map { index in
                    PeerProxy.Path(
                        port: places[index].port,
                        instance: places[index].upstream.port,
                        timeouts: cases[index].timeouts
                    )
                }
            )
            Self.show(peer.name, play(cases, places, on: peer, atOnce: atOnce))
        }
    }

    private typealias Place = (port: UInt16, upstream: LifeUpstream)

    private func places(_ cases: [LifeCase]) throws -> [Place] {
        try cases.map { (freePort(), try LifeUpstream($0.instance)) }
    }

    private func own(_ cases: [LifeCase], atOnce: Int) throws -> LifePlay {
        let places = try places(cases)
        let proxy = try ProxyHarness(threads: 2)
        let routes = cases.indices.map { index in
            OwnProxy.route(
                "life-\(index)",
                places[index].port,
                cases[index],
                to: places[index].upstream.port
            )
        }
        let play = play(cases, places, on: try OwnProxy(proxy, routes: routes), atOnce: atOnce)
        if Self.isComparing { Self.show("cutover", play) }
        return play
    }

    private func play(
        _ cases: [LifeCase],
        _ places: [Place],
        on subject: any LifeSubject,
        atOnce: Int
    ) -> LifePlay {
        let stages = places.enumerated().map { index, place in
            LifeStage(
                port: place.port,
                subject: subject,
                service: "life-\(index)",
                upstream: place.upstream
            )
        }
        return LifePlay(cases, on: stages, atOnce: atOnce)
    }

    private static func show(_ name: String, _ play: LifePlay) {
        let counts =
            "\(play.heldCount) held, \(play.deviations.count) deviated, "
            + "\(play.notApplicable.count) not applicable"
        print("LIFE \(name): \(counts) of \(play.outcomes.count)")
        for line in play.deviations + play.notApplicable + play.figures {
            print("LIFE \(name):   \(line)")
        }
    }
}

extension LifeCase {
    /// All cases that can run beside one another.
    static let all: [LifeCase] = segmented + exchanges + faults + reuse + tunnels + timeouts
}
