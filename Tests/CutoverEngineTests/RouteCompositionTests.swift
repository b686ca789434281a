import CutoverCore
import CutoverDrivers
import CutoverTestSupport
import CutoverWire
import Testing

@testable import CutoverEngine

/// What machines want, as the proxy is told it.
@Suite struct RouteCompositionTests {
    let configuration = ServiceConfiguration.fixture()

    func instance(
        _ number: Int,
        slot: Slot,
        change: (inout HostedInstance) -> Void = { _ in }
    ) -> HostedInstance {
        let id = InstanceID(rollout: RolloutID(rawValue: slot == .blue ? 1 : 2), number: number)
        var hosted = HostedInstance(
            Instance(
                id: id,
                name: "\(slot.rawValue.prefix(1))\(number)",
                release: ReleaseName(rawValue: slot == .blue ? "v1" : "v2"),
                slot: slot
            ),
            configuration: configuration
        )
        hosted.process = InstanceProcess(
            id: id,
            identity: ProcessIdentity(
                processID: 100,
                startTime: 1,
                bootID: "boot",
                token: "token"
            ),
            address: .ipv4(host: "127.0.0.1", port: UInt16(9000 + number)),
            logPath: "/log",
            startedAt: Timestamp(milliseconds: 0)
        )
        hosted.activity = .running
        hosted.wasHealthy = true
        hosted.wasListed = true
        change(&hosted)
        return hosted
    }

    func side(_ instances: [HostedInstance], weight: Int) -> TrafficSide {
        TrafficSide(
            release: instances[0].instance.release,
            slot: instances[0].instance.slot,
            rotation: instances.map(\.instance.id),
            weight: weight
        )
    }

    func route(_ traffic: Traffic, _ instances: [HostedInstance]) throws -> ProxyRoute {
        let known = Dictionary(uniqueKeysWithValues: instances.map { ($0.instance.id, $0) })
        let route = try RouteComposition.route(configuration, traffic: traffic, instances: known)
        return try #require(route)
    }

    @Test func aServiceWithoutTrafficHasNoRoute() throws {
        let traffic = Traffic(stable: nil, candidate: nil)
        let route = try RouteComposition.route(configuration, traffic: traffic, instances: [:])
        #expect(route == nil)
    }

    @Test func thePreviewReachesTheCandidateAlone() throws {
        let blue = instance(1, slot: .blue)
        let green = instance(1, slot: .green)
        let traffic = Traffic(
            stable: side([blue], weight: 100),
            candidate: side([green], weight: 0)
        )
        let route = try route(traffic, [blue, green])
        #expect(route.sides.map(\.name) == ["blue", "green"])
        #expect(route.sides.map(\.weight) == [100, 0])
        #expect(route.previewSide == 1)
        #expect(route.sides.flatMap(\.backends).allSatisfy { !$0.isDraining && $0.isHealthy })
    }

    @Test func whatLeftTheRotationIsDrainingUntilItIsGone() throws {
        let stays = instance(1, slot: .blue)
        let leaves = instance(2, slot: .blue) { $0.activity = .stopping }
        let gone = instance(3, slot: .blue) { $0.activity = .stopped }
        let other = instance(1, slot: .green) { $0.activity = .stopping }
        let new = instance(2, slot: .green) { $0.wasListed = false }
        let traffic = Traffic(stable: side([stays], weight: 1), candidate: nil)
        let route = try route(traffic, [stays, leaves, gone, other, new])
        let draining = route.sides.flatMap(\.backends).filter(\.isDraining).map(\.key)
        #expect(draining == [leaves.instance.id.key, other.instance.id.key])
        #expect(route.sides.first { $0.release == "v2" }?.weight == 0)
    }

    @Test func anUnhealthyOrEndedInstanceIsMarked() throws {
        let well = instance(1, slot: .blue)
        let sick = instance(2, slot: .blue) { $0.wasHealthy = false }
        let ended = instance(3, slot: .blue) { instance in
            instance.activity = .restarting(at: Timestamp(milliseconds: 5))
        }
        let traffic = Traffic(stable: side([well, sick, ended], weight: 1), candidate: nil)
        let route = try route(traffic, [well, sick, ended])
        #expect(route.sides[0].backends.map(\.isHealthy) == [true, false, false])
    }

    @Test func anInstanceWithoutAnAddressIsAFaultAndNoHole() {
        let lost = instance(1, slot: .blue) { $0.process = nil }
        #expect(throws: RouteComposition.Fault.self) {
            try route(Traffic(stable: side([lost], weight: 1), candidate: nil), [lost])
        }
    }
}
