import CutoverWire
import Foundation
import Glibc
import Synchronization
import Testing

@testable import CutoverProxy

@Suite struct DurableTableTests {
    private let port = freePort()

    @Test func aTableThatCannotBeWrittenIsRefused() throws {
        let proxy = try ProxyHarness()
        // The temporary file cannot be made where a directory stands.
        try FileManager.default.createDirectory(
            atPath: proxy.directory + "/table.new",
            withIntermediateDirectories: false
        )
        let next = table(1, .on(port, .of("blue", weight: 1, 1)))
        let reason = refusal { () throws(ProxyClientError) in try proxy.client.apply(next) }
        #expect(reason?.contains("table file") == true)
        #expect(TestSocket(port: port) == nil)
        #expect(try proxy.client.hello().generation == 0)
    }

    @Test func theDurableTableIsServedFromTheFirstMoment() throws {
        let upstream = ScriptedUpstream.answering("blue")
        defer { upstream.stop() }
        let proxy = try ProxyHarness(threads: 2)
        try proxy.apply(.on(port, .of("blue", weight: 1, upstream.port)))
        proxy.stop()
        #expect(TestSocket(port: port) == nil)
        try proxy.start()
        let socket = try #require(TestSocket(port: port))
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(socket.receiveResponse()?.body == "blue")
        #expect(try proxy.client.hello().generation == 1)
    }

    @Test func aDamagedTableIsNotServed() throws {
        let table = table(3, .on(port, .of("blue", weight: 1, 1)))
        let bytes = TableFile.encode(table)
        #expect(try TableFile.decode(bytes) == table)
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0x10
            #expect(throws: WireError.self) { try TableFile.decode(damaged) }
            #expect(throws: WireError.self) { try TableFile.decode(Array(bytes[..<index])) }
        }
        let proxy = try ProxyHarness()
        proxy.stop()
        var damaged = bytes
        damaged[10] ^= 1
        try Data(damaged).write(to: URL(fileURLWithPath: proxy.directory + "/table"))
        try proxy.start()
        #expect(try proxy.client.hello().generation == 0)
    }

    @Test func aTableOfAnotherVersionIsNamedAndLeftToTheEngine() throws {
        let table = table(3, .on(port, .of("blue", weight: 1, 1)))
        let proxy = try ProxyHarness()
        proxy.stop()
        let path = proxy.directory + "/table"
        try Data(TableFile.encode(table, version: 1)).write(to: URL(fileURLWithPath: path))
        do throws(ProxyFault) {
            _ = try TableFile(path: path).read()
            Issue.record("read")
        } catch {
            #expect(error.description.contains("version 1, and this proxy reads version"))
            #expect(error.description.contains("until an engine applies its own"))
        }
        try proxy.start()
        #expect(try proxy.client.hello().generation == 0)
        try proxy.client.apply(table)
        #expect(try proxy.client.hello().generation == 3)
    }

    @Test(arguments: [S_IFREG, S_IFDIR])
    func whenTheDiskFailsNobodyKnowsUntilItIsAskedAgain(kind: mode_t) throws {
        let proxy = try ProxyHarness()
        proxy.stop()
        let failures = Atomic(1)
        try proxy.start { descriptor in
            var status = stat()
            fstat(descriptor, &status)
            guard status.st_mode & S_IFMT == kind,
                failures.subtract(1, ordering: .relaxed).oldValue > 0
            else { return fsync(descriptor) }
            errno = EIO
            return -1
        }
        let next = table(1, .on(port, .of("blue", weight: 1, 1)))
        do throws(ProxyClientError) {
            try proxy.client.apply(next)
            Issue.record("applied")
        } catch {
            #expect(error.mayHaveBeenApplied && error.kind == .unsettled, "\(error)")
            #expect(error.detail.contains("Input/output error"), "\(error)")
            #expect(!FileManager.default.fileExists(atPath: proxy.directory + "/table.new"))
        }
        // The threads have it, and that is what is told.
        #expect(TestSocket(port: port) != nil)
        #expect(try proxy.client.table() == next)
        #expect(try proxy.client.hello().generation == 0)
        try proxy.client.apply(next)
        #expect(try proxy.client.hello().generation == 1)
        #expect(try TableFile(path: proxy.directory + "/table").read() == next)
    }

    @Test func aSwitchNeedNotWaitForTheDiskButItsAnswerDoes() throws {
        let (blue, green) = (
            ScriptedUpstream.answering("blue"), ScriptedUpstream.answering("green")
        )
        defer {
            blue.stop()
            green.stop()
        }
        let proxy = try ProxyHarness()
        proxy.stop()
        let port = self.port
        let isSlow = Atomic(false)
        let isServed = Atomic(false)
        try proxy.start { descriptor in
            // The disk takes as long as a client needs to be answered by the new side.
            if isSlow.exchange(false, ordering: .relaxed) {
                isServed.store(bodyServed(at: port) == "green", ordering: .relaxed)
            }
            return fsync(descriptor)
        }
        try proxy.apply(.on(port, .of("blue", weight: 1, blue.port)))
        isSlow.store(true, ordering: .relaxed)
        try proxy.apply(.on(port, .of("green", weight: 1, green.port)))
        let wasServed = isServed.load(ordering: .relaxed)
        #expect(wasServed)
    }
}
