import Foundation
import Testing

extension EndToEnd {
    /// The demo, played as its screen says, with its own load generators as witnesses.
    @Suite struct DemoTests {
        @Test(arguments: [Size(80, 24), Size(200, 60), Size(60, 15)])
        func theDemoIsPlayedFromFirstToLastWithoutAFailedRequest(size: Size) async throws {
            let ports = PortBlock()
            let project = try ProductProject(demoOn: ports)
            do {
                try await Tmux.with(
                    columns: size.columns,
                    rows: size.rows,
                    folder: project.folder
                ) { tmux in
                    let stage = Stage(
                        project: project,
                        dashboard: Dashboard(tmux: tmux, project: project)
                    )
                    try await stage.begin()
                    try await stage.rollHalfWay()
                    try await stage.switchThereAndBack()
                    try await stage.holdAFailingRelease()
                    try await stage.quit()
                }
            } catch {
                await project.end()
                throw error
            }
            await project.end()
        }

        @Test func theDemoWithoutATerminalPrintsAReceiptOfNoFailures() async throws {
            let project = try ProductProject(demoOn: PortBlock())
            let result = try await Program.run(
                Product.path,
                ["demo", "--headless", "--directory", project.folder.path],
                folder: project.folder,
                within: .seconds(110)
            )
            #expect(result.status == 0, "\(result.text)")
            #expect(result.output.contains("not one request failed"), "\(result.text)")
            #expect(project.ownProcesses == [], "the demo cleans up")
            await project.end()
        }

        struct Size: CustomTestStringConvertible {
            var columns: Int
            var rows: Int

            init(_ columns: Int, _ rows: Int) {
                (self.columns, self.rows) = (columns, rows)
            }

            var testDescription: String { "\(columns)×\(rows)" }
        }

        private struct Stage {
            let project: ProductProject
            let dashboard: Dashboard

            var tmux: Tmux { dashboard.tmux }

            func begin() async throws {
                try await tmux.enter("clear; \(Product.path) demo --directory .; echo ended $?")
                try await tmux.wait(forText: "no release yet")
                try await dashboard.capture("01-start")
                try await dashboard.deploy("v1")
                try await dashboard.select("search", with: "j")
                try await dashboard.deploy("v1")
                for service in ["checkout", "search"] {
                    try await project.wait(for: "v1 of \(service)", of: service) {
                        $0.live == "v1" && $0.phase == "finished"
                    }
                }
                try await dashboard.capture("02-live")
            }

            /// Ends on `search`, which goes on by itself from the middle of its rollout.
            func rollHalfWay() async throws {
                try await dashboard.deploy("v2")
                try await project.wait(forPhase: "monitoring", of: "search")
                try await tmux.press("Space")
                try await project.wait(for: "the pause", of: "search") {
                    $0.rollout?.isHeld ?? false
                }
                try await tmux.wait(forText: "paused")
                try await dashboard.capture("03-rolling-paused")
                try await tmux.press("c")
                try await project.wait(for: "the end of the pause", of: "search") {
                    $0.rollout?.isHeld == false
                }
                try await dashboard.select("checkout", with: "k")
            }

            func switchThereAndBack() async throws {
                try await tmux.press("d")
                try await tmux.wait(forText: "DEPLOY to")
                try await dashboard.capture("04-deploy-form")
                try await dashboard.leave("DEPLOY to")
                try await dashboard.deploy("v2")
                try await dashboard.capture("05-starting")
                try await project.wait(forPhase: "awaitingPromotion", of: "checkout")
                try await tmux.wait(forText: "gate")
                try await dashboard.capture("06-gate")
                try await dashboard.promote(capturing: "07-promote-question")
                try await project.wait(forPhase: "baking", of: "checkout")
                try await dashboard.capture("08-baking")
                let warm = try await project.wait(forPhase: "warm", of: "checkout")
                #expect(warm.side("stable")?.inFlight == 0)
                try await tmux.wait(forText: "warm")
                try await dashboard.capture("09-warm")
                try await dashboard.rollBack()
                try await project.wait(for: "v1", of: "checkout", within: .seconds(5)) {
                    $0.live == "v1"
                }
                try await tmux.wait(forText: "rolled back")
                try await dashboard.capture("10-rolled-back")
                try await project.wait(forPhase: "finished", of: "checkout")
                try await dashboard.deploy("v2")
                try await project.wait(forPhase: "awaitingPromotion", of: "checkout")
                try await dashboard.promote()
                try await project.wait(forPhase: "baking", of: "checkout")
                try await tmux.press("q")
                try await dashboard.confirm(with: "x", asking: "QUIT THE DEMO")
            }

            func holdAFailingRelease() async throws {
                try await dashboard.select("search", with: "j")
                try await project.wait(for: "v2 of search", of: "search", within: .seconds(60)) {
                    $0.live == "v2" && $0.phase == "finished"
                }
                try await dashboard.deploy("v4-failing")
                try await project.wait(for: "a hold", of: "search") {
                    $0.rollout?.isHeld ?? false
                }
                try await tmux.wait(forText: "held")
                try await dashboard.capture("11-failing-held")
                try await tmux.press("?")
                try await tmux.wait(forText: "esc")
                try await dashboard.capture("12-help")
                try await dashboard.leave("esc")
                try await dashboard.rollBack()
                let end = try await project.wait(forPhase: "finished", of: "search")
                #expect(end.live == "v2" && end.failedByProxy == 0, "\(end)")
                try await dashboard.capture("13-search-rolled-back")
                try await tmux.press("E")
                try await tmux.wait(forText: "esc")
                try await dashboard.capture("14-events")
                try await dashboard.leave("esc")
            }

            /// With the rollouts at rest, that is at once.
            func quit() async throws {
                try await project.wait(forPhase: "warm", of: "checkout")
                try await tmux.press("q")
                let end = try await tmux.wait(forText: "ended 0")
                try await dashboard.capture("15-receipt")
                #expect(end.contains(" 0 failed"), "\(end)")
                #expect(project.ownProcesses == [], "the demo cleans up")
                try await tmux.expectClean()
            }
        }
    }
}
