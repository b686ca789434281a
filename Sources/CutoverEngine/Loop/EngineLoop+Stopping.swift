import CutoverCore
import CutoverDrivers
import CutoverStore
import Logging

/// The engine's end.
extension EngineLoop {
    /// How long the proxy may finish what runs when everything is stopped.
    static let proxyGrace = Duration.seconds(2)

    func stop(_ mode: StopMode, _ reply: CheckedContinuation<Void, Never>) {
        isStopping = true
        saveInstances()
        clock.setAlarm(at: nil) {}
        for effect in effects.values {
            effect.task.cancel()
        }
        for listener in listeners {
            listener.cancel()
        }
        effects = [:]
        let instances = state.services.flatMap { service in
            service.instances.values.filter { $0.activity != .stopped }.map { instance in
                (instance.instance.id, service.configuration.runtime.stopGrace)
            }
        }
        let (drivers, inbox, publisher, logger) = (drivers, inbox, publisher, logger)
        inbox.work.begin()
        Task {
            if mode == .stopEverything {
                await withTaskGroup { group in
                    for (id, grace) in instances {
                        group.addTask {
                            do throws(DriverError) {
                                _ = try await drivers.runtime.stop(id, grace: grace)
                            } catch {
                                logger.error("instance \(id.key) was not stopped: \(error)")
                            }
                        }
                    }
                }
                do throws(DriverError) {
                    try await drivers.router.stop(grace: Self.proxyGrace)
                } catch {
                    logger.error("the proxy was not stopped: \(error)")
                }
            }
            inbox.finish()
            publisher.finish()
            reply.resume()
            inbox.work.end()
        }
    }
}
