import ArgumentParser
import CutoverWire
import Testing

@testable import cutover

/// The addresses of a proxy alone: what they stand for, and what is said of wrong ones.
@Suite struct StaticTableTests {
    private static func lookup(_ name: String) -> NameLookup.Answer {
        switch name {
        case "localhost": .addresses(["127.0.0.1"])
        case "app": .addresses(["10.0.0.1", "10.0.0.2"])
        default: .none("Name or service not known")
        }
    }

    private func faults(listen: String = "127.0.0.1:8080", _ upstreams: String...) -> [String] {
        do throws(AddressFaults) {
            _ = try StaticTable(listen: listen, upstreams: upstreams, lookup: Self.lookup)
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }

    @Test func commasAndRepetitionListUpstreamsAndANameStandsForAllItsAddresses() throws {
        let table = try StaticTable(
            listen: "localhost:8080",
            upstreams: ["127.0.0.1:9090,unix:/run/a.sock", "app:80"],
            lookup: Self.lookup
        )
        #expect(table.listen == .ipv4(host: "127.0.0.1", port: 8080))
        #expect(
            table.upstreams == [
                .ipv4(host: "127.0.0.1", port: 9090), .unix(path: "/run/a.sock"),
                .ipv4(host: "10.0.0.1", port: 80), .ipv4(host: "10.0.0.2", port: 80),
            ]
        )
    }

    @Test func everyWrongAddressIsNamedWithItsFix() {
        let long = "unix:/" + String(repeating: "a", count: 107)
        let cases = [
            ("9090", "write 127.0.0.1:9090"), ("127.0.0.1", "write 127.0.0.1:9090"),
            ("", "write 127.0.0.1:9090"), ("http://a:1/", "write its host and port"),
            ("[::1]:80", "IPv6"), ("::1", "IPv6"), ("/run/a", "write unix:/run/a"),
            ("unix:", "write unix:/"), (long, "107 bytes"), (":80", "write 127.0.0.1"),
            ("127.0.0.1:0", "1 to 65535"), ("127.0.0.1:65536", "1 to 65535"),
            ("127.0.0.1:", "1 to 65535"), ("127.0.0.1:+1", "1 to 65535"),
            ("1.2.3:80", "four numbers"), ("300.0.0.1:80", "four numbers"),
            ("nowhere:80", "Name or service not known"), ("0.0.0.0:80", "write 127.0.0.1"),
            ("localhost:8080", "the proxy itself"),
        ]
        let all = faults(cases.map(\.0).joined(separator: ","))
        #expect(all.count == cases.count)
        for ((text, fix), fault) in zip(cases, all) {
            let place = "--upstream \(text.isEmpty ? "''" : text) "
            #expect(fault.hasPrefix(place) && fault.contains(fix), "\(fault)")
        }
    }

    @Test func faultsOfBothOptionsAreToldTogether() {
        #expect(faults(listen: "8080", "9090").count == 2)
        #expect(faults(listen: "unix:/run/a", "localhost:1").first?.contains("HOST:PORT") == true)
        #expect(faults(listen: "app:80", "localhost:1").first?.contains("10.0.0.2:80") == true)
    }

    @Test func aRequestCannotGoRoundAndNoUpstreamStandsTwice() {
        #expect(faults(listen: "0.0.0.0:80", "127.9.9.9:80").count == 1)
        #expect(faults(listen: "0.0.0.0:80", "10.0.0.1:80") == [])
        #expect(faults("127.0.0.1:1,localhost:1").first?.contains("twice") == true)
    }

    @Test func onePairOfOptionsIsNeeded() throws {
        for wrong in [
            [], ["--listen", "a:1"], ["--upstream", "a:1"], ["--control", "a"],
            ["--listen", "a:1", "--upstream", "a:2", "--control", "c", "--table", "t"],
            ["--listen", "a:1", "--upstream", "a:2", "--threads", "0"],
            ["--control", "c", "--table", "t", "--splice"],
        ] {
            #expect(throws: (any Error).self) { try ProxyCommand.parse(wrong) }
        }
        _ = try ProxyCommand.parse(["--listen", "a:1", "--upstream", "a:2", "--threads", "4"])
        _ = try ProxyCommand.parse(["--control", "a", "--table", "b"])
    }

    @Test func theSystemsResolverKnowsThisMachine() {
        #expect(NameLookup.addresses(of: "localhost") == .addresses(["127.0.0.1"]))
        guard case .none(let reason) = NameLookup.addresses(of: "no such host.invalid") else {
            Issue.record("a name that cannot be was resolved")
            return
        }
        #expect(!reason.isEmpty)
    }
}
