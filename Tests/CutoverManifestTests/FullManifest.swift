import CutoverCore

/// A manifest with every key of the reference, none at its default, and what it stands for.
enum FullManifest {
    static let text = """
        project: shop
        environment: production
        onDisconnect: rollback
        proxy:
          threads: 4
          accessLog: access.json
          metrics: 127.0.0.1:9091
          memory: 64MiB
          drainTimeout: 5m
          user: www
        services:
          checkout:
            listen: 127.0.0.1:8080
            match: [shop.example.com, "*.example.com/checkout", /checkout]
            proxy:
              headTimeout: 5s
              connectTimeout: 1s
              responseHeadTimeout: 2m
              idleTimeout: 90s
              keepAliveTimeout: 20s
              tunnelTimeout: 2h
              requestLine: 4KiB
              head: 16384
              headLines: 64
              body: 10MiB
              connections: 5000
              connectionsPerClient: 50
              upgrades: [websocket, tls/1.0]
              trustedPeers: [10.0.0.0/8, 192.0.2.1]
              proxyProtocol: true
              forwarded: true
              requestID: false
              refuseUnderscores: true
              stickyCookie: instance
              previewHeader: "X-Preview: yes"
              previewCookie: preview=1
              hold: {requests: 10, timeout: 2s, releasedPerSecond: 5}
              splice: true
            preview: 127.0.0.1:8081
            instances: 4
            releases: [v1, v2]
            runtime: &runtime
              command: [./checkout, --port, "${port}", "${release}"]
              directory: /opt/checkout
              environment: {MODE: "live-${slot}", EMPTY: "", PORT: "${port}"}
              environmentFile: checkout.env
              ports: 9100-9199
              stopGrace: 20s
              restart: {initialDelay: 1s, maximumDelay: 10s, limit: 3, window: 2m}
            health:
              http:
                path: /healthz?full=1
                status: 204
                headers: {Host: checkout.local}
                expectHeaders: {X-Ready: "yes"}
                bodyContains: ok
              interval: 500ms
              timeout: 1s
              rise: 3
              fall: 4
              startGrace: 7s
              minimumHealthyTime: 3s
              startTimeout: 1h30m
            strategy:
              blueGreen:
                promoteAfter: 5m
                gateExpires: 1h
                shift: [20%, 50, 100]
                soak: 40s
                whenInconclusive: proceed
                progressDeadline: 20m
                bake: 90s
                keepWarm: 5m
            checks:
              - name: smoke
                http: {path: /cart, status: 200-204}
                timeout: 3s
                retries: 2
              - name: orders
                command: [./orders, --check]
                stage: afterPromotion
            drain: {timeout: 45s}
            analysis:
              window: 1m
              minimumRequests: 200
              errorRate: 0.5%
              errorRateFactor: 3
              latency: {quantile: 99.9%, limit: 250ms, factor: 1.5}
              consecutiveFailures: 20
              onFailure: rollback
          search:
            listen: 0.0.0.0:8090
            instances: 6
            runtime: {command: [./search], directory: .., ports: 9200-9299}
            health: {command: [./ping, "${port}"]}
            strategy:
              rolling:
                batch: 2
                surge: 1
                unavailable: 1
                monitor: 20s
                whenInconclusive: wait
                gateAfter: [1, 3]
                gateExpires: 10m
                progressDeadline: 15m
            analysis: off
        """

    static let configuration = ProjectConfiguration(
        project: "shop",
        environment: "production",
        proxy: ProxyConfiguration(
            threads: 4,
            accessLog: "/srv/shop/access.json",
            metrics: "127.0.0.1:9091",
            memory: 67_108_864,
            drainTimeout: .seconds(300),
            user: "www"
        ),
        onDisconnect: .rollback,
        services: [checkout, search]
    )

    private static let route = {
        var route = RouteConfiguration()
        route.matches = [
            RequestMatch(host: "shop.example.com"),
            RequestMatch(host: "*.example.com", pathPrefix: "/checkout"),
            RequestMatch(host: nil, pathPrefix: "/checkout"),
        ]
        route.headTimeout = .seconds(5)
        route.connectTimeout = .seconds(1)
        route.responseHeadTimeout = .seconds(120)
        route.idleTimeout = .seconds(90)
        route.keepAliveTimeout = .seconds(20)
        route.tunnelTimeout = .seconds(7_200)
        route.requestLineBytes = 4_096
        route.headBytes = 16_384
        route.headLines = 64
        route.bodyBytes = 10_485_760
        route.connections = 5_000
        route.connectionsPerClient = 50
        route.upgrades = ["websocket", "tls/1.0"]
        route.trustedPeers = ["10.0.0.0/8", "192.0.2.1"]
        route.acceptsProxyProtocol = true
        route.sendsForwarded = true
        route.sendsRequestID = false
        route.refusesUnderscores = true
        route.stickyCookie = "instance"
        route.previewHeader = FieldValue(name: "x-preview", value: "yes")
        route.previewCookie = FieldValue(name: "preview", value: "1")
        route.hold = HoldConfiguration(requests: 10, timeout: .seconds(2), releasedPerSecond: 5)
        route.splices = true
        return route
    }()

    private static let checkout = ServiceConfiguration(
        name: ServiceName(rawValue: "checkout"),
        listen: "127.0.0.1:8080",
        route: route,
        preview: "127.0.0.1:8081",
        instanceCount: 4,
        knownReleases: [ReleaseName(rawValue: "v1"), ReleaseName(rawValue: "v2")],
        runtime: RuntimeConfiguration(
            command: ["./checkout", "--port", "${port}", "${release}"],
            directory: "/opt/checkout",
            environment: ["MODE": "live-${slot}", "EMPTY": "", "PORT": "${port}"],
            environmentFile: "/srv/shop/checkout.env",
            endpoints: .ports(9_100...9_199),
            stopGrace: .seconds(20),
            restart: RestartConfiguration(
                initialDelay: .seconds(1),
                maximumDelay: .seconds(10),
                limit: 3,
                window: .seconds(120)
            )
        ),
        health: HealthConfiguration(
            probe: .http(
                HTTPExpectation(
                    path: "/healthz?full=1",
                    headers: ["Host": "checkout.local"],
                    status: 204...204,
                    expectedHeaders: ["X-Ready": "yes"],
                    bodyContains: "ok"
                )
            ),
            interval: .milliseconds(500),
            timeout: .seconds(1),
            rise: 3,
            fall: 4,
            startGrace: .seconds(7),
            minimumHealthyTime: .seconds(3),
            startTimeout: .seconds(5_400)
        ),
        strategy: .blueGreen(
            BlueGreenConfiguration(
                promoteAfter: .seconds(300),
                gateExpires: .seconds(3_600),
                shift: [20, 50, 100],
                soak: .seconds(40),
                whenInconclusive: .proceed,
                progressDeadline: .seconds(1_200),
                bake: .seconds(90),
                keepWarm: .seconds(300)
            )
        ),
        checks: [
            CheckConfiguration(
                name: "smoke",
                stage: .beforePromotion,
                kind: .http(HTTPExpectation(path: "/cart", status: 200...204)),
                timeout: .seconds(3),
                retries: 2
            ),
            CheckConfiguration(
                name: "orders",
                stage: .afterPromotion,
                kind: .command(["./orders", "--check"]),
                timeout: .seconds(5),
                retries: 0
            ),
        ],
        drainTimeout: .seconds(45),
        analysis: AnalysisConfiguration(
            window: .seconds(60),
            minimumRequests: 200,
            errorRateLimit: 0.005,
            errorRateFactor: 3,
            latencyLimit: 250,
            latencyFactor: 1.5,
            latencyQuantile: 0.999,
            consecutiveFailures: 20,
            onFailure: .rollback
        )
    )

    private static let search = ServiceConfiguration(
        name: ServiceName(rawValue: "search"),
        listen: "0.0.0.0:8090",
        preview: nil,
        instanceCount: 6,
        knownReleases: [],
        runtime: RuntimeConfiguration(
            command: ["./search"],
            directory: "/srv/shop/..",
            environment: [:],
            environmentFile: nil,
            endpoints: .ports(9_200...9_299),
            stopGrace: .seconds(10),
            restart: RestartConfiguration()
        ),
        health: HealthConfiguration(
            probe: .command(["./ping", "${port}"]),
            interval: .seconds(1),
            timeout: .seconds(2),
            rise: 2,
            fall: 3,
            startGrace: .seconds(5),
            minimumHealthyTime: .seconds(10),
            startTimeout: .seconds(60)
        ),
        strategy: .rolling(
            RollingConfiguration(
                batchSize: 2,
                surge: 1,
                unavailable: 1,
                monitor: .seconds(20),
                whenInconclusive: .wait,
                gateAfter: [1, 3],
                gateExpires: .seconds(600),
                progressDeadline: .seconds(900)
            )
        ),
        checks: [],
        drainTimeout: .seconds(30),
        analysis: nil
    )
}
