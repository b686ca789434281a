import CutoverCore
import CutoverWire
import Testing

@testable import CutoverDrivers

@Suite struct ProcessStatTests {
    @Test func aNameWithParenthesesAndSpacesIsSkipped() {
        let fields = (7...22).map(String.init).joined(separator: " ")
        let text = "42 (a ) Z 1 (x) b) S 1 42 41 \(fields)"
        let stat = ProcessStat(parsing: Array(text.utf8))
        #expect(stat?.processID == 42)
        #expect(stat?.state == UInt8(ascii: "S"))
        #expect(stat?.session == 41)
        #expect(stat?.startTime == 22)
        for length in 0..<text.utf8.count - 2 {
            #expect(ProcessStat(parsing: Array(text.utf8.prefix(length)))?.startTime != 22)
        }
    }

    @Test func placeholdersAreReplacedOnceAndOthersStay() {
        var instance = Instance.numbered(3)
        instance.release = ReleaseName(rawValue: "${port}")
        let placeholders = Placeholders(
            instance: instance,
            address: .ipv4(host: "127.0.0.1", port: 80)
        )
        #expect(
            placeholders.replaced(
                in: "${release} ${port}${slot} ${x} ${instance ${instance} $port $${port}"
            )
                == "${port} 80green ${x} ${instance g3 $port $80"
        )
        instance.slot = nil
        #expect(
            Placeholders(instance: instance, address: .ipv4(host: "127.0.0.1", port: 80)).replaced(
                in: "[${slot}]"
            ) == "[]"
        )
    }
}
