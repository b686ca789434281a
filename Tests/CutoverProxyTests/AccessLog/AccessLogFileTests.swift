import Foundation
import Glibc
import Testing

@testable import CutoverProxy

/// The ring of a loop, the file of the writer, and what lines are made of.
@Suite final class AccessLogFileTests {
    private let directory =
        FileManager.default.temporaryDirectory.path
        + "/cutover-access-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true
        )
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    private func text(_ write: (inout HeadWriter) -> Void) throws -> String {
        let block = try #require(Block(zeroed: 4_096))
        defer { block.release() }
        var writer = HeadWriter(block)
        write(&writer)
        return try #require(
            String(validating: block.bytes(0..<writer.count), as: UTF8.self),
            "what is written is UTF-8"
        )
    }

    // MARK: - Text

    @Test func anyBytesBecomeAJSONString() throws {
        var random = SplitMix(seed: 5)
        let common: [UInt8] = [
            0x22, 0x5c, 0x0a, 0xc3, 0xa4, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80,
        ]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0...12, using: &random)
            let bytes: [UInt8] = (0..<count).map { _ in
                let any = UInt8.random(in: 0...255, using: &random)
                return Bool.random(using: &random)
                    ? any : common.randomElement(using: &random) ?? any
            }
            let json = try text { writer in
                writer.append("[\"")
                writer.append(escaping: bytes.span)
                writer.append("\"]")
            }
            let parsed = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String]
            // Where everything is valid, nothing is lost.
            if let valid = String(validating: bytes, as: UTF8.self) {
                #expect(parsed.map { $0.map { Array($0.utf8) } } == [Array(valid.utf8)], "\(bytes)")
            } else {
                #expect(parsed?[0].unicodeScalars.contains("\u{fffd}") == true, "\(bytes)")
            }
        }
    }

    @Test func timesAreThoseOfTheCalendar() throws {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        var random = SplitMix(seed: 6)
        var times: [UInt64] = [0, 951_782_399_999, 951_782_400_000, 1_709_164_800_000]
        times += (0..<2_000).map { _ in UInt64.random(in: 0..<4_102_444_800_000, using: &random) }
        for time in times {
            let date = Date(timeIntervalSince1970: Double(time) / 1_000)
            let expected = formatter.string(from: date)
            let written = try text { $0.append(time: time) }
            // The formatter rounds through a Double; the last digit may differ.
            #expect(written.dropLast(2) == expected.dropLast(2), "\(time)")
        }
        #expect(try text { $0.append(time: 1_795_000_000_123) } == "2026-11-18T11:06:40.123Z")
    }

    @Test func numbersAreWrittenInFull() throws {
        for number in [0, 9, 10, 999, 1_000, UInt64.max] {
            #expect(try text { $0.append(decimal: number) } == "\(number)")
        }
        #expect(try text { $0.append(milliseconds: 1_002_003_999) } == "1002.003")
    }

    // MARK: - The ring

    @Test func aRingKeepsWholeLinesInOrder() throws {
        let ring = try #require(AccessRing(capacity: 64))
        var random = SplitMix(seed: 9)
        var expected: [UInt8] = []
        var taken: [UInt8] = []
        for number in 0..<1_000 {
            let line = Array(String(repeating: "\(number % 10)", count: number % 17).utf8) + [0x0a]
            let waiting = expected.count - taken.count
            let fits = line.count <= 64 - waiting
            #expect(ring.append(line.span) == (fits ? waiting + line.count : nil))
            if fits { expected += line }
            if Bool.random(using: &random) { ring.take(into: &taken) }
            #expect(taken == Array(expected.prefix(taken.count)))
        }
        ring.take(into: &taken)
        #expect(taken == expected && ring.isEmpty)
    }

    /// One thread appends, another takes: nothing is lost, doubled or torn.
    @Test func twoThreadsShareALog() throws {
        let path = directory + "/log"
        let drops = AccessLogDrops()
        let log = try AccessLog(path: path, loops: 2, dropped: drops, ringBytes: 4_096)
        let group = DispatchGroup()
        for loop in 0..<2 {
            DispatchQueue.global().async(group: group) {
                for number in 0..<20_000 {
                    log.append(Array("\(loop) \(number)\n".utf8).span, from: loop)
                }
            }
        }
        group.wait()
        log.finish()
        log.awaitEnd(milliseconds: 10_000)
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        #expect(UInt64(lines.count) + drops.count == 40_000)
        for loop in ["0", "1"] {
            let numbers = lines.filter { $0.hasPrefix(loop + " ") }.map {
                Int($0.dropFirst(2)) ?? -1
            }
            #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
        }
    }

    @Test func aLineWakesASleepingWriter() throws {
        let path = directory + "/log"
        let log = try AccessLog(path: path, loops: 1, dropped: AccessLogDrops())
        for number in 1...20 {
            log.append(Array("line\n".utf8).span, from: 0)
            #expect(eventually { contentOfGrowingFile(path).count == 5 * number })
        }
        log.finish()
        log.awaitEnd(milliseconds: 10_000)
    }

    // MARK: - The file

    @Test func whatADeviceDoesNotTakeIsCounted() {
        var file = AccessLogFile(path: "/dev/full")
        #expect(file.append(Array("a\nb\n".utf8)) == 2)
        #expect(file.append(Array("c\n".utf8)) == 1)
    }

    /// A pipe that is full: the writer does not wait, and goes on at the next line.
    @Test func aPipeThatNobodyEmptiesBlocksNothing() throws {
        let path = directory + "/pipe"
        try #require(mkfifo(path, 0o600) == 0)
        var file = AccessLogFile(path: path)
        #expect(file.append(Array("nobody listens\n".utf8)) == 1)
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        file = AccessLogFile(path: path)
        let line = String(repeating: "x", count: 999) + "\n"
        let lost = file.append(Array(String(repeating: line, count: 200).utf8))
        #expect(lost > 0 && lost < 200)
        var read = [UInt8](repeating: 0, count: 1 << 20)
        let first = Glibc.read(reader, &read, read.count)
        #expect(file.append(Array("next\n".utf8)) == 0)
        let second = Glibc.read(reader, &read[first], read.count - first)
        let lines = String(decoding: read[..<(first + second)], as: UTF8.self)
            .split(separator: "\n")
        #expect(lines.last == "next")
        #expect(lines.filter { $0.utf8.count == 999 }.count == 200 - lost)
    }

    @Test func aFileThatWasMovedAwayIsFollowed() throws {
        let path = directory + "/log"
        var file = AccessLogFile(path: path)
        #expect(file.append(Array("one\n".utf8)) == 0)
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        #expect(
            eventually {
                _ = file.append(Array("two\n".utf8))
                return FileManager.default.fileExists(atPath: path)
            }
        )
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "two\n")
        #expect(try String(contentsOfFile: path + ".1", encoding: .utf8).hasPrefix("one\ntwo\n"))
    }

    @Test func whatCannotBeOpenedIsTriedAgain() throws {
        let path = directory + "/later/log"
        var file = AccessLogFile(path: path)
        #expect(file.append(Array("lost\n".utf8)) == 1)
        try FileManager.default.createDirectory(
            atPath: directory + "/later",
            withIntermediateDirectories: false
        )
        #expect(eventually { file.append(Array("kept\n".utf8)) == 0 })
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "kept\n")
    }
}
