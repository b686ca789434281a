/// One line of the table: what is asked, of whom, and what is to come of it.
struct BenchCase {
    let name: String
    let title: String
    let work: Work
    var goals: [Goal] = []

    /// What is done.
    enum Work {
        /// As many requests as go, each connection one after the other, by wrk.
        case closedLoop(ClosedLoop, subject: Peer)
        /// This many requests a second, by h2load.
        case fixedRate(Int)
        /// Resident memory, idle and with connections that wait for their next request.
        case memory(connections: Int)
        /// Switches between two origins under load.
        case `switch`
    }

    /// Whom it measures, ours first.
    var peers: [Peer] {
        switch work {
        case .closedLoop(let loop, let subject):
            // The forwarder dials the origin for each connection, which a proxy does not: no limit.
            [subject, .nginx, .haproxy] + (loop.reconnects ? [] : [.forwarder])
        case .fixedRate: [.cutover, .nginx, .haproxy, .forwarder]
        case .memory: [.cutover, .nginx, .haproxy]
        // A proxy of its own, with a control socket.
        case .switch: []
        }
    }

    /// The load generator that it needs, and the package that has it.
    var tool: (name: String, package: String)? {
        switch work {
        case .closedLoop: ("wrk", "wrk")
        case .fixedRate: ("h2load", "nghttp2-client")
        case .memory, .switch: nil
        }
    }

    /// How wrk is to ask.
    struct ClosedLoop {
        var connections = 64
        var path = "/"
        var headers: [String] = []
        var isPost = false

        /// Whether each request has a connection of its own.
        var reconnects: Bool { headers.contains(BenchCase.closing) }
    }

    private static let closing = "Connection: close"

    /// All cases; memory comes first, while the peers have served nothing yet.
    static let all: [BenchCase] =
        [
            BenchCase(
                name: "memory",
                title: "memory, 5,000 idle connections",
                work: .memory(connections: 5_000),
                goals: [Goal(metric: .connectionMemory, goal: 0.25)]
            )
        ] + closedLoops + [2_000, 10_000].map(fixedRate) + [
            BenchCase(
                name: "switch",
                title: "a switch under load, 32 connections",
                work: .switch,
                goals: [
                    Goal(metric: .firstResponse, goal: 10), Goal(metric: .failures, goal: 0),
                    Goal(metric: .late, goal: 0), Goal(metric: .duplicatedPosts, goal: 0),
                    Goal(metric: .tunnelsCut, goal: 0),
                ]
            )
        ]

    private static let closedLoops = [
        closedLoop(
            "small",
            "small GET, 64 connections",
            ClosedLoop(),
            nginx: (0.75, 0.83),
            haproxy: (0.72, 0.80),
            forwarder: 1.05
        ),
        closedLoop(
            "heads",
            "browser-size heads",
            ClosedLoop(headers: BrowserHead.fields),
            nginx: (0.70, 0.80),
            haproxy: (0.65, 0.74)
        ),
        closedLoop(
            "10k",
            "10 KB",
            ClosedLoop(path: "/10k"),
            nginx: (0.72, 0.80),
            haproxy: (0.70, 0.80)
        ),
        closedLoop(
            "chunked",
            "chunked 10 KB",
            ClosedLoop(path: "/chunked"),
            nginx: (0.57, 0.67),
            haproxy: (0.73, 0.83)
        ),
        closedLoop(
            "post",
            "POST 10 KB",
            ClosedLoop(isPost: true),
            nginx: (0.68, 0.77),
            haproxy: (0.68, 0.77)
        ),
        closedLoop(
            "1m",
            "1 MB, copied",
            ClosedLoop(connections: 16, path: "/1m"),
            nginx: (0.44, 0.50),
            haproxy: (0.66, 0.77)
        ),
        closedLoop(
            "1m-splice",
            "1 MB, spliced",
            ClosedLoop(connections: 16, path: "/1m"),
            nginx: (0.25, 0.30),
            haproxy: (0.35, 0.42),
            subject: .spliced
        ),
        closedLoop(
            "close",
            "new connection each time",
            ClosedLoop(headers: [closing]),
            nginx: (0.85, 0.91),
            haproxy: (0.78, 0.87)
        ),
        closedLoop(
            "small-512",
            "small GET, 512 connections",
            ClosedLoop(connections: 512),
            nginx: (0.67, 0.74),
            haproxy: (0.58, 0.67)
        ),
    ]

    private static func closedLoop(
        _ name: String,
        _ title: String,
        _ load: ClosedLoop,
        nginx: (goal: Double, floor: Double),
        haproxy: (goal: Double, floor: Double),
        forwarder: Double? = nil,
        subject: Peer = .cutover
    ) -> BenchCase {
        var goals = [
            Goal(metric: .cpu, peer: .nginx, goal: nginx.goal, floor: nginx.floor),
            Goal(metric: .cpu, peer: .haproxy, goal: haproxy.goal, floor: haproxy.floor),
        ]
        if let forwarder { goals.append(Goal(metric: .cpu, peer: .forwarder, goal: forwarder)) }
        return BenchCase(
            name: name,
            title: title,
            work: .closedLoop(load, subject: subject),
            goals: goals
        )
    }

    private static func fixedRate(_ rate: Int) -> BenchCase {
        BenchCase(
            name: "rate-\(rate)",
            title: "\(rate) requests a second, 20 connections",
            work: .fixedRate(rate),
            goals: [
                Goal(metric: .p50, peer: .nginx, goal: 0.9),
                Goal(metric: .p99, peer: .nginx, goal: 1.05),
            ]
        )
    }
}

/// What a browser sends beside `Host`.
enum BrowserHead {
    static let fields = [
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            + "Chrome/120.0.0.0 Safari/537.36",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,"
            + "*/*;q=0.8",
        "Accept-Language: en-US,en;q=0.5", "Accept-Encoding: gzip, deflate, br",
        "Referer: http://example.com/some/page",
        "Cookie: a=b; session=0123456789abcdef0123456789abcdef",
        "Upgrade-Insecure-Requests: 1", "Sec-Fetch-Dest: document", "Sec-Fetch-Mode: navigate",
        "Cache-Control: max-age=0",
    ]
}
