import CutoverCore
import CutoverTestSupport
import CutoverWire
import Testing

@testable import CutoverDrivers

/// Instances that somebody else starts and stops.
@Suite struct ExternalRuntimeTests {
    private struct DiskFull: Error {}

    private let runtime = ExternalRuntime(clock: .test)

    private func launch(
        _ number: Int,
        _ addresses: ExternalAddresses = .slots(
            blue: ["10.0.0.1:80"],
            green: ["10.0.1.1:80", "unix:/run/green.sock"]
        ),
        in slot: Slot? = .green
    ) -> InstanceLaunch {
        var launch = InstanceLaunch.example
        launch.instance = .numbered(number)
        launch.instance.slot = slot
        launch.configuration.command = []
        launch.configuration.endpoints = .external(addresses)
        return launch
    }

    private func address(of launch: InstanceLaunch) async throws -> String {
        try await runtime.start(launch) { _ in }.address.description
    }

    @Test func eachInstanceHasAnAddressOfItsSlotForItself() async throws {
        #expect(try await address(of: launch(1)) == "10.0.1.1:80")
        #expect(try await address(of: launch(2)) == "unix:/run/green.sock")
        #expect(try await address(of: launch(3, in: .blue)) == "10.0.0.1:80")
        #expect(try await address(of: launch(1)) == "10.0.1.1:80")
        let error = await #expect(throws: DriverError.self) { try await address(of: launch(4)) }
        #expect(error?.isRetryable == true && error?.mayHaveBeenApplied == false)
        #expect(error?.message.contains("each of the 2 addresses of green") == true)
        #expect(try await runtime.stop(launch(1).instance.id, grace: .zero) == nil)
        #expect(try await address(of: launch(4)) == "10.0.1.1:80")
    }

    @Test func theSecondHasTheSecondAddressAlsoWhenItAsksFirst() async throws {
        #expect(try await address(of: launch(2)) == "unix:/run/green.sock")
        #expect(try await address(of: launch(1)) == "10.0.1.1:80")
    }

    @Test func anAddressWhoseRecordFailedIsFreeAgain() async throws {
        let list = ExternalAddresses.instances(["10.0.0.1:80"])
        await #expect(throws: DriverError.self) {
            _ = try await runtime.start(launch(1, list, in: nil)) { _ in throw DiskFull() }
        }
        #expect(try await address(of: launch(2, list, in: nil)) == "10.0.0.1:80")
    }

    @Test func whatAnEarlierEngineRecordedKeepsItsAddress() async throws {
        let record = try await runtime.start(launch(1)) { _ in }
        #expect(record.identity == nil && record.logPath == "")
        let later = ExternalRuntime(clock: .test)
        #expect(await later.adopt([record]) == [record.id: .running])
        let next = try await later.start(launch(2)) { _ in }
        #expect(next.address == .unix(path: "/run/green.sock"))
    }

    /// An edit of the manifest in between gives the service another runtime.
    @Test func aRecordSaysWhoseItIs() async throws {
        let bench = try RuntimeBench()
        let process = try await bench.start("exec sleep 60")
        let record = try await runtime.start(launch(2)) { _ in }
        let runtimes = ServiceRuntimes(
            processes: try bench.successor(),
            external: ExternalRuntime(clock: .test)
        )
        let adoptions = await runtimes.adopt([process, record])
        #expect(adoptions == [process.id: .running, record.id: .running])
        #expect(await runtimes.list() == [process, record])
        #expect(try await runtimes.stop(record.id, grace: .zero) == nil)
        #expect(isRunning(process.processID))
        #expect(try await runtimes.stop(process.id, grace: .zero) != nil)
        #expect(await runtimes.list().isEmpty)
    }
}
