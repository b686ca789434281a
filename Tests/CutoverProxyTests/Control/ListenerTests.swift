import CLinux
import CutoverWire
import Glibc
import Testing

@testable import CutoverProxy

/// What the sockets of the data plane ask of the kernel.
@Suite struct ListenerTests {
    private let port = freePort()

    @Test func aClientIsThereWhenItHasSaidSomethingOrAfterASecond() throws {
        let upstream = ScriptedUpstream.answering("ok")
        defer { upstream.stop() }
        let proxy = try ProxyHarness()
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        let silent = try #require(TestSocket(port: port))
        let start = ContinuousClock.now
        let client = try #require(TestSocket(port: port))
        client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(client.receiveResponse()?.body == "ok")
        let accepted = try proxy.client.stats().services[0].connectionsAccepted
        #expect(accepted == 1 || start.duration(to: .now) > .seconds(1))
        #expect(try eventually { try proxy.client.stats().services[0].connectionsOpen == 2 })
        silent.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(silent.receiveResponse()?.body == "ok")
    }

    @Test func onlyLoopbackHasACongestionControlOfItsOwn() throws {
        let preset = clinux_listen_ipv4(0, 0, 0)
        let local = clinux_listen_ipv4(0x7f00_0001, 0, 0)
        let plain = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            for descriptor in [preset, local, plain] { close(descriptor) }
        }
        let port = clinux_local_port(local)
        var dialled: Int32 = -1
        #expect(clinux_connect_ipv4(0x7f00_0001, UInt16(port), &dialled) >= 0)
        defer { close(dialled) }
        var entry = pollfd(fd: local, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, 10_000)
        var address: UInt32 = 0
        let accepted = clinux_accept(local, &address)
        defer { close(accepted) }
        #expect([local, dialled, accepted].map(congestionControl) == ["reno", "reno", "reno"])
        #expect(congestionControl(preset) == congestionControl(plain))
    }

    private func congestionControl(_ descriptor: Int32) -> String {
        var name = [CChar](repeating: 0, count: 16)
        var count = socklen_t(name.count)
        getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_CONGESTION, &name, &count)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
