import CutoverCore
import CutoverWire

/// Which service a request at one address belongs to, by its host and path.
///
/// Made once for each table, and read by every loop.
final class ListenerRules: Sendable {
    /// One match, with its texts as bytes.
    struct Rule: Sendable {
        /// In lower case; of a wildcard what stands behind the `*`, with its dot; empty: any host.
        let host: [UInt8]
        let isWildcard: Bool
        /// Without a `/` at its end; empty: any path.
        let path: [UInt8]
        /// The number of the `RoutePlan`.
        let route: UInt64
    }

    /// The most exact first, so that the first that holds decides.
    let rules: [Rule]

    /// Whether any rule looks at the path.
    let hasPaths: Bool

    /// Whether there is but one rule, for every request.
    var claimsEverything: Bool {
        rules.count == 1 && rules[0].host.isEmpty && rules[0].path.isEmpty
    }

    /// Sorts the matches of the services at one address.
    init(_ routes: [(number: UInt64, matches: [RouteMatch])]) {
        rules = routes.flatMap { route in
            route.matches.map { Rule($0, route: route.number) }
        }.sorted { $0.rank > $1.rank }
        hasPaths = rules.contains { !$0.path.isEmpty }
    }

    /// The place of the first rule that holds in `rules`, or `nil`.
    ///
    /// `host` is the value of `Host` or of an absolute target's authority, empty when the request
    /// has none; `path` is the target without query, from its first slash.
    func first(host: Span<UInt8>, path: Span<UInt8>) -> Int? {
        let name = host.extracting(0..<Self.nameEnd(host))
        return rules.indices.first { rules[$0].claims(host: name, path: path) }
    }

    /// Where the name ends in `uri-host [":" port]`; a dot at its end says nothing.
    private static func nameEnd(_ host: Span<UInt8>) -> Int {
        var end = 0
        var isLiteral = false
        while end < host.count, isLiteral || host[end] != 0x3a {
            isLiteral = host[end] == 0x5b || isLiteral && host[end] != 0x5d
            end += 1
        }
        return end > 1 && host[end - 1] == 0x2e ? end - 1 : end
    }
}

extension ListenerRules.Rule {
    fileprivate init(_ match: RouteMatch, route: UInt64) {
        isWildcard = match.host?.hasPrefix("*.") ?? false
        host = Array((match.host ?? "").utf8.dropFirst(isWildcard ? 1 : 0))
        path = match.pathPrefix == "/" ? [] : Array(match.pathPrefix.utf8)
        self.route = route
    }

    /// An exact host before a wildcard, a longer wildcard before a shorter, any host last; then the
    /// longer path.
    fileprivate var rank: (Int, Int, Int) {
        (host.isEmpty ? 0 : isWildcard ? 1 : 2, host.count, path.count)
    }

    fileprivate func claims(host name: Span<UInt8>, path target: Span<UInt8>) -> Bool {
        claims(host: name) && claims(path: target)
    }

    private func claims(host name: Span<UInt8>) -> Bool {
        guard !host.isEmpty else {
            return true
        }
        guard isWildcard ? name.count > host.count : name.count == host.count else {
            return false
        }
        let offset = name.count - host.count
        return host.indices.allSatisfy { index in
            let byte = name[offset + index]
            return (byte &- 0x41 < 26 ? byte | 0x20 : byte) == host[index]
        }
    }

    private func claims(path target: Span<UInt8>) -> Bool {
        guard target.count >= path.count, path.indices.allSatisfy({ target[$0] == path[$0] })
        else {
            return false
        }
        return path.isEmpty || target.count == path.count || target[path.count] == 0x2f
    }
}

extension ListenerRules {
    /// Whether what a path names depends on who reads it.
    static func isAmbiguous(_ path: Span<UInt8>) -> Bool { RequestMatch.isAmbiguous(path) }
}
