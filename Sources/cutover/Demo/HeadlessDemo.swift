import CutoverCore
import CutoverDemo
import Foundation

/// Runs good, bad and rolled-back rollouts of both strategies under load, without a terminal.
struct HeadlessDemo: Sendable {
    var link: any EngineLink
    var project: DemoProject
    /// Told each step as it happens.
    var tell: @Sendable (String) -> Void

    func run() async -> DemoReceipt {
        await withTaskGroup(of: DemoReceipt.self) { group in
            group.addTask { await self.receipt(of: DemoProject.blueGreen, port: project.checkout) }
            group.addTask { await self.receipt(of: DemoProject.rolling, port: project.search) }
            var receipt = DemoReceipt(lines: [], faults: [])
            for await part in group {
                receipt.lines += part.lines
                receipt.faults += part.faults
            }
            receipt.lines.sort { $0.service < $1.service }
            return receipt
        }
    }

    private func receipt(of service: ServiceName, port: Int) async -> DemoReceipt {
        var act = DemoAct(service: service, link: link, tell: tell)
        do {
            try await act.deploy("v1", untilPhase: .finished)
            let load = try DemoLoad(port: port, rate: 200, executable: Executable.path)
            let following = Task { await load.follow() }
            do {
                switch service {
                case DemoProject.blueGreen: try await playBlueGreen(&act)
                default: try await playRolling(&act)
                }
            } catch {
                act.faults.append("\(service): \(error)")
            }
            load.stop()
            await following.value
            return act.receipt(with: load.current)
        } catch {
            act.faults.append("\(service): \(error)")
            return act.receipt(with: LoadReport())
        }
    }

    private func playBlueGreen(_ act: inout DemoAct) async throws {
        try await act.deploy("v2", untilPhase: .awaitingPromotion)
        try await act.promote(untilPhase: .warm)
        try await act.rollBack(expecting: "rolled back at once, blue was still warm")
        try await act.deploy("v2", untilPhase: .awaitingPromotion)
        try await act.promote(untilPhase: .warm)
        try await act.deploy("v4-failing", untilPhase: .awaitingPromotion)
        try await act.promote(untilPhase: nil)
        try await act.hold(note: "the failing release was held by itself")
        try await act.rollBack(expecting: "traffic is back on v2")
        try await act.deploy("v5-unhealthy", untilPhase: .finished)
        try act.expectLive("v2")
    }

    private func playRolling(_ act: inout DemoAct) async throws {
        try await act.deploy("v2", untilPhase: .monitoring)
        try await act.pauseAndContinue()
        try await act.waitFor(.finished)
        try await act.deploy("v4-failing", untilPhase: nil)
        try await act.hold(note: "the failing release was held by itself in the first batch")
        try await act.rollBack(expecting: "traffic is back on v2")
        try act.expectLive("v2")
    }
}
