import CutoverWire
import Testing

@testable import CutoverProxy

/// Where damage to the control protocol begins: what no seed says, no damage comes near to.
@Suite struct ControlSeedTests {
    /// The values of the seeds; addresses and files are of the same types.
    private func decoded() throws -> [Any] {
        try Seeds.values.compactMap { seed in
            let rest = Array(seed.dropFirst())
            return switch seed[0] {
            case 0: try ProxyRequest(decoding: rest)
            case 1: try ProxyResponse(decoding: rest)
            case 2: try ProxyTable(decoding: rest)
            case 3: try ProxyStats(decoding: rest)
            default: nil
            }
        }
    }

    /// Notes for each key of a value, by its type, whether it says more than nothing.
    private func note(_ value: Any, in keys: inout [String: Bool]) {
        let mirror = Mirror(reflecting: value)
        for child in mirror.children {
            if mirror.displayStyle == .struct, let label = child.label {
                let key = "\(mirror.subjectType).\(label)"
                let says = !["0", "nil", "[]", "", "false"].contains("\(child.value)")
                keys[key] = says || keys[key] == true
            }
            note(child.value, in: &keys)
        }
    }

    @Test func everyKeyIsFilledInOneOfThem() throws {
        var keys: [String: Bool] = [:]
        for value in try decoded() {
            note(value, in: &keys)
        }
        #expect(keys.filter { !$0.value }.keys.sorted() == [])
        // Those of tables, settings, matches, counters and lists among them.
        #expect(keys.count > 80)
        #expect(keys["RouteMatch.host"] == true && keys["InFlightRequest.bytes"] == true)
    }

    /// The first byte of a message says its kind.
    private func kinds<Message: ByteCodable>(of type: Message.Type, _ place: String) -> [UInt8] {
        (UInt8.min...UInt8.max).filter { kind in
            do throws(WireError) {
                _ = try Message(decoding: [kind])
                return true
            } catch {
                return error.fault != .malformed || error.place != place
            }
        }
    }

    @Test func everyKindOfMessageIsAmongThem() {
        for (number, known) in [
            (0, kinds(of: ProxyRequest.self, "request")),
            (1, kinds(of: ProxyResponse.self, "response")),
        ] as [(UInt8, [UInt8])] {
            let met = Set(Seeds.values.filter { $0[0] == number }.map { $0[1] })
            #expect(!known.isEmpty && met == Set(known))
        }
    }

    @Test func whatTheyAreDamagedFromIsWholeAndTaken() throws {
        for seed in Seeds.values {
            try WireProperties.check(seed)
            // The fuzzer cuts longer ones.
            #expect(seed.count <= 1_024)
        }
        let tables = try decoded().compactMap { $0 as? ProxyTable }
        #expect(tables.count > 1)
        for table in tables {
            #expect(TableRules.refusal(of: table, after: nil) == nil)
        }
    }
}
