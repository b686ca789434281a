import CutoverCore
import CutoverDemo
import Synchronization

/// The load of the demo on screen: each service gets its requests once it has a live release.
final class DemoLoads: Sendable {
    private let link: any EngineLink
    private let project: DemoProject
    private let loads = Mutex<[(service: ServiceName, load: DemoLoad)]>([])
    private let isStopping = Mutex(false)

    init(link: any EngineLink, project: DemoProject) {
        self.link = link
        self.project = project
    }

    /// Returns after ``stop()``, when every load has ended.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            var waiting = [
                DemoProject.blueGreen: project.checkout, DemoProject.rolling: project.search,
            ]
            for await snapshot in link.snapshots() {
                for service in snapshot.services where service.live != nil {
                    guard let port = waiting.removeValue(forKey: service.name) else { continue }
                    guard let load = start(service.name, port: port) else { continue }
                    group.addTask { await load.follow() }
                }
                if waiting.isEmpty || isStopping.withLock({ $0 }) { break }
            }
        }
    }

    /// Ends the loads.
    ///
    /// ``run()`` returns when the last counts are in.
    func stop() {
        isStopping.withLock { $0 = true }
        for entry in loads.withLock({ $0 }) { entry.load.stop() }
    }

    /// What the clients counted.
    var receipt: DemoReceipt {
        let lines = loads.withLock { $0 }.map { entry in
            DemoReceipt.Line(
                service: entry.service.rawValue,
                report: entry.load.current,
                promotions: [],
                history: []
            )
        }
        return DemoReceipt(lines: lines.sorted { $0.service < $1.service }, faults: [])
    }

    private func start(_ service: ServiceName, port: Int) -> DemoLoad? {
        guard !isStopping.withLock({ $0 }),
            let load = try? DemoLoad(port: port, rate: 200, executable: Executable.path)
        else { return nil }
        loads.withLock { $0.append((service, load)) }
        return load
    }
}
