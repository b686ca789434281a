import CutoverCore
import CutoverTestSupport

/// Makes runs whose every choice follows from a seed.
enum SimulationSetup {
    static func run(seed: UInt64, isRolling: Bool, deploys: Int) -> SimulatedWorldRun {
        var random = SeededGenerator(seed: seed)
        let configuration = Fixture.configuration(
            isRolling ? .rolling(rolling(&random)) : .blueGreen(blueGreen(&random)),
            instanceCount: instanceCount(&random, isRolling: isRolling),
            checks: random.chance(300) ? checks(&random) : [],
            analysis: random.chance(600) ? analysis(&random) : nil
        )
        var service = ServiceMachine(configuration: configuration)
        if random.chance(900) {
            service = ServiceMachine(
                configuration: configuration,
                live: Fixture.live("v1", isRolling: isRolling, count: configuration.instanceCount)
            )
        }
        let releases = (2...9).map { ReleaseName(rawValue: "v\($0)") }
        let habits = habits(&random, deploys: deploys)
        let weather = weather(&random, habits: habits, releases: releases)
        var run = SimulatedWorldRun(
            service: service,
            world: SimulatedWorld(random: random, weather: weather),
            habits: habits,
            lastRollout: 1,
            releases: releases
        )
        run.deploy()
        return run
    }

    /// Few as a rule; sometimes more than launches are tried on the way back.
    private static func instanceCount(_ random: inout SeededGenerator, isRolling: Bool) -> Int {
        if random.chance(150) { return 6 }
        return (isRolling ? 2 : 1) + random.below(3)
    }

    /// Every kind of weather alone and together with others, and none at all in a third of the
    /// runs.
    private static func weather(
        _ random: inout SeededGenerator,
        habits: SimulatedWorldRun.Habits,
        releases: [ReleaseName]
    ) -> SimulatedWorld.Weather {
        var weather = SimulatedWorld.Weather()
        if random.chance(100) { weather.hopeless = [releases[0]] }
        if random.chance(60) { weather.unstartable = [releases[0]] }
        guard habits.faultySteps > 0 else { return weather }
        if random.chance(500) { weather.failure = 50 + random.below(300) }
        if random.chance(300) { weather.duplicate = 200 }
        if random.chance(200) { weather.loss = 100 }
        if random.chance(300) { weather.sickness = 5 + random.below(40) }
        if random.chance(200) { weather.crash = 2 + random.below(15) }
        if random.chance(300) { weather.failedCheck = 300 }
        if random.chance(300) { weather.failedVerdict = 200 }
        if random.chance(300) { weather.inconclusive = 500 }
        if random.chance(60) { weather.unstartable.insert("v1") }
        return weather
    }

    private static func habits(
        _ random: inout SeededGenerator,
        deploys: Int
    ) -> SimulatedWorldRun.Habits {
        var habits = SimulatedWorldRun.Habits()
        let endings: [SimulatedWorldRun.Habits.Finally] = [.promote, .promote, .rollback, .wait]
        habits.finally = endings[random.below(endings.count)]
        habits.deploy = deploys
        guard random.chance(650) || deploys > 0 else { return habits }
        habits.faultySteps = 10 + random.below(deploys > 0 ? 200 : 80)
        if random.chance(400) { habits.pause = 30 }
        habits.continue = 100
        habits.promote = random.chance(700) ? 100 : 0
        if random.chance(300) { habits.rollback = 20 }
        if random.chance(400) { habits.restart = 50 }
        return habits
    }

    private static func blueGreen(_ random: inout SeededGenerator) -> BlueGreenConfiguration {
        BlueGreenConfiguration(
            promoteAfter: random.chance(300) ? .seconds(random.below(20)) : nil,
            gateExpires: .seconds(60),
            shift: random.chance(500) ? [100] : [20, 50, 100],
            soak: .seconds(random.chance(250) ? 150 : 5),
            whenInconclusive: random.chance(500) ? .wait : .proceed,
            progressDeadline: .seconds(60),
            bake: .seconds(random.below(3) * 5),
            keepWarm: .seconds(random.below(3) * 10)
        )
    }

    private static func rolling(_ random: inout SeededGenerator) -> RollingConfiguration {
        let surge = random.below(3)
        return RollingConfiguration(
            batchSize: 1 + random.below(3),
            surge: surge,
            unavailable: surge == 0 ? 1 + random.below(2) : random.below(2),
            monitor: .seconds(random.chance(250) ? 150 : random.below(2) * 5),
            whenInconclusive: random.chance(500) ? .wait : .proceed,
            gateAfter: random.chance(300) ? [1] : [],
            gateExpires: .seconds(60),
            progressDeadline: .seconds(60)
        )
    }

    private static func checks(_ random: inout SeededGenerator) -> [CheckConfiguration] {
        var checks = [Fixture.check("smoke", .beforePromotion)]
        if random.chance(500) { checks.append(Fixture.check("login", .beforePromotion)) }
        if random.chance(500) { checks.append(Fixture.check("orders", .afterPromotion)) }
        for index in checks.indices where random.chance(300) {
            checks[index].timeout = .seconds(400)
            checks[index].retries = 2
        }
        return checks
    }

    private static func analysis(_ random: inout SeededGenerator) -> AnalysisConfiguration {
        AnalysisConfiguration(onFailure: random.chance(500) ? .hold : .rollback)
    }
}
