package import CutoverDrivers

/// Everything through which the engine acts on the world.
package struct EngineDrivers: Sendable {
    package var runtime: any Runtime
    package var router: any Router
    package var prober: any HealthProber
    package var checks: any CheckRunner

    package init(
        runtime: any Runtime,
        router: any Router,
        prober: any HealthProber,
        checks: any CheckRunner
    ) {
        self.runtime = runtime
        self.router = router
        self.prober = prober
        self.checks = checks
    }
}
