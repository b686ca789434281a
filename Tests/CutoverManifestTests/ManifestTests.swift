import CutoverCore
import CutoverManifest
import Foundation
import Testing

/// Sound manifests and the configuration that they stand for.
@Suite struct ManifestTests {
    private static let minimal = """
        services:
          web:
            listen: 127.0.0.1:8080
            runtime:
              command: [python3, -m, http.server, "${port}"]
              ports: 9100-9199
        """

    @Test func everythingButListenCommandAndPortsHasADefault() throws {
        let result = Manifest.parse(text: Self.minimal, path: "/srv/my shop/cutover.yaml")
        #expect(result.report == "")
        let service = ServiceConfiguration(
            name: ServiceName(rawValue: "web"),
            listen: "127.0.0.1:8080",
            preview: nil,
            instanceCount: 1,
            knownReleases: [],
            runtime: RuntimeConfiguration(
                command: ["python3", "-m", "http.server", "${port}"],
                directory: "/srv/my shop",
                environment: [:],
                environmentFile: nil,
                endpoints: .ports(9_100...9_199),
                stopGrace: .seconds(10),
                restart: RestartConfiguration()
            ),
            health: HealthConfiguration(
                probe: .tcp,
                interval: .seconds(1),
                timeout: .seconds(2),
                rise: 2,
                fall: 3,
                startGrace: .seconds(5),
                minimumHealthyTime: .seconds(10),
                startTimeout: .seconds(60)
            ),
            strategy: .blueGreen(BlueGreenConfiguration()),
            checks: [],
            drainTimeout: .seconds(30),
            analysis: AnalysisConfiguration()
        )
        let expected = ProjectConfiguration(
            project: "my-shop",
            environment: nil,
            proxy: ProxyConfiguration(),
            onDisconnect: .hold,
            services: [service]
        )
        #expect(result.configuration == expected)
    }

    @Test func aCommandOrAnEnvironmentThatAsksForASocketNeedsNoPorts() throws {
        for runtime in [
            "{command: [./web, \"unix:${socket}\"]}",
            "{command: [./web], environment: {LISTEN: \"${socket}\", SOCKET: \"${socket}\"}}",
        ] {
            let text = "services: {web: {listen: 127.0.0.1:8080, runtime: \(runtime)}}"
            let result = Manifest.parse(text: text, path: "/srv/shop/cutover.yaml")
            #expect(result.report == "")
            #expect(result.configuration?.services[0].runtime.endpoints == .sockets)
        }
    }

    @Test func instancesThatSomebodyElseRunsNeedNoCommand() throws {
        let text = """
            services:
              web:
                listen: 127.0.0.1:8080
                runtime:
                  external:
                    blue: [10.0.0.1:8080, localhost:8081]
                    green: [10.0.1.1:8080, "unix:/run/app/green.sock"]
                health: {http: {path: /, expectHeaders: {X-Release: "${release}"}}}
              roll:
                listen: 127.0.0.1:8090
                instances: 2
                runtime: {external: {instances: [10.0.2.1:80, 10.0.2.2:80, 10.0.2.3:80]}}
                health: {command: [./probe, "${address}", "${release}"]}
                strategy: rolling
            """
        let result = Manifest.parse(text: text, path: "/srv/shop/cutover.yaml")
        #expect(result.report == "")
        let services = try #require(result.configuration?.services)
        let slots = ExternalAddresses.slots(
            blue: ["10.0.0.1:8080", "127.0.0.1:8081"],
            green: ["10.0.1.1:8080", "unix:/run/app/green.sock"]
        )
        #expect(services.map(\.instanceCount) == [2, 2])
        #expect(services[0].runtime.endpoints == .external(slots))
        #expect(services[0].runtime.command == [])
        let list = ["10.0.2.1:80", "10.0.2.2:80", "10.0.2.3:80"]
        #expect(services[1].runtime.endpoints == .external(.instances(list)))
    }

    @Test func everyKeyReachesTheConfiguration() throws {
        let result = Manifest.parse(text: FullManifest.text, path: "/srv/shop/cutover.yaml")
        #expect(result.report == "")
        let configuration = try #require(result.configuration)
        #expect(configuration == FullManifest.configuration)
    }

    @Test func percentagesOfInstancesAreRoundedTowardsSafety() throws {
        let text =
            Self.minimal + """

                    instances: 10
                    strategy: {rolling: {batch: 15%, surge: 12%, unavailable: 19%}}
                """
        let configuration = try #require(Manifest.parse(text: text, path: "x.yaml").configuration)
        guard case .rolling(let rolling) = configuration.services[0].strategy else {
            Issue.record("not rolling")
            return
        }
        #expect(rolling.batchSize == 2)
        #expect(rolling.surge == 2)
        #expect(rolling.unavailable == 1)
    }

    @Test func surgeLeftOutIsWhatABatchNeeds() throws {
        let cases = [("{batch: 3}", 3), ("{batch: 3, unavailable: 1}", 2), ("{unavailable: 2}", 0)]
        for (keys, surge) in cases {
            let text = Self.minimal + "\n    instances: 6\n    strategy: {rolling: \(keys)}"
            let configuration = try #require(
                Manifest.parse(text: text, path: "x.yaml").configuration
            )
            guard case .rolling(let rolling) = configuration.services[0].strategy else {
                Issue.record("not rolling")
                return
            }
            #expect(rolling.surge == surge, "\(keys)")
        }
    }

    @Test func analysisAndItsErrorRateCanBeTurnedOff() throws {
        let off = Self.minimal + "\n    analysis: off"
        let none = try #require(Manifest.parse(text: off, path: "x.yaml").configuration)
        #expect(none.services[0].analysis == nil)
        let noRate = Self.minimal + "\n    analysis: {errorRate: off, consecutiveFailures: 3}"
        let some = try #require(Manifest.parse(text: noRate, path: "x.yaml").configuration)
        #expect(some.services[0].analysis?.errorRateLimit == nil)
        #expect(some.services[0].analysis?.consecutiveFailures == 3)
    }

    @Test func wordsThatOtherReadersTakeForNumbersStayText() throws {
        let text =
            Self.minimal + """

                    releases: [1.10, 010, on, 2024-01-01, 1e3]
                """
        let configuration = try #require(Manifest.parse(text: text, path: "x.yaml").configuration)
        #expect(
            configuration.services[0].knownReleases.map(\.rawValue)
                == ["1.10", "010", "on", "2024-01-01", "1e3"]
        )
    }

    @Test func relativePathsStartAtTheManifest() throws {
        let text =
            Self.minimal + """

                      directory: ./bin
                      environmentFile: ../web.env
                """
        let configuration = try #require(
            Manifest.parse(text: text, path: "/srv/shop/cutover.yaml").configuration
        )
        #expect(configuration.services[0].runtime.directory == "/srv/shop/bin")
        #expect(configuration.services[0].runtime.environmentFile == "/srv/shop/../web.env")
    }

    @Test func theTemplateHasNoFault() throws {
        let result = Manifest.parse(text: Manifest.template, path: "/srv/shop/cutover.yaml")
        #expect(result.report == "")
        #expect(result.configuration?.services.count == 2)
    }

    @Test func theTemplateStaysSoundWithItsCommentedKeys() throws {
        let text = Manifest.template.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                let indent = line.prefix { $0 == " " }
                let rest = line.dropFirst(indent.count)
                let isKey =
                    rest.hasPrefix("# ") && rest.dropFirst(2).prefix { $0 != " " }.hasSuffix(":")
                let isTitle = line.hasPrefix("# cutover.yaml:")
                return isKey && !isTitle ? indent + rest.dropFirst(2) : line
            }
            .joined(separator: "\n")
        #expect(text.contains("\n        promoteAfter:"))
        #expect(Manifest.parse(text: text, path: "/srv/shop/cutover.yaml").report == "")
    }
}
