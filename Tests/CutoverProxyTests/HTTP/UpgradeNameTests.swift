import Testing

@testable import CutoverProxy

/// Names of protocols and of fields are matched in either case, and in no other respect.
@Suite struct UpgradeNameTests {
    private func isAllowed(_ asked: String, _ names: String...) -> Bool {
        var head = RequestHead()
        let text = "GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: \(asked)\r\n\r\n"
        let bytes = Array(text.utf8)
        guard head.parse(bytes.span, limits: HeadLimits()) == .complete else {
            return false
        }
        head.allowUpgrade(bytes.span, to: names)
        return head.isUpgrade
    }

    private func isAccepted(_ answer: String, for asked: String) -> Bool {
        var head = ResponseHead()
        let text = "HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: \(answer)\r\n\r\n"
        let bytes = Array(text.utf8)
        guard head.parse(bytes.span, headBytes: 1_000) == .complete else {
            return false
        }
        return head.accepts(Array(asked.utf8).span, bytes.span)
    }

    @Test(arguments: ["websocket", "my_protocol", "a^b", "a~b", "irc/6.9", "`a|b'!#$%&*+-."])
    func everyNameThatATableMayHoldMatchesItself(name: String) {
        #expect(isAllowed(name, "other", name))
        #expect(isAllowed(name.uppercased(), name))
        #expect(isAccepted(name, for: name))
        #expect(isAccepted(name.uppercased(), for: name))
        #expect(isAccepted(name, for: name.uppercased()))
    }

    @Test func noByteButALettersCaseIsOverlooked() {
        for byte in UInt8(0x21)...0x7e {
            let asked = String(Unicode.Scalar(byte))
            for other in UInt8(0x21)...0x7e where !(65...90).contains(other) {
                let name = String(Unicode.Scalar(other))
                let isSame = asked.lowercased() == name
                #expect(isAllowed(asked, name) == isSame, "\(asked) \(name)")
                #expect(isAccepted(asked, for: name) == isSame, "\(asked) \(name)")
            }
        }
    }

    @Test func aFieldThatConnectionDoesNotNameIsKept() {
        var head = RequestHead()
        let text = "GET / HTTP/1.1\r\nHost: x\r\nConnection: a^\r\nA~: 1\r\nA^: 2\r\n\r\n"
        let bytes = Array(text.utf8)
        #expect(head.parse(bytes.span, limits: HeadLimits()) == .complete)
        let dropped = (0..<head.fields.count).map { head.fields[$0].isDropped }
        #expect(dropped.suffix(2) == [false, true])
    }
}
