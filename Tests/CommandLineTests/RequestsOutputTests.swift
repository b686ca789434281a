import CutoverWire
import Testing

@testable import cutover

/// `cutover requests` says what a drain still waits for.
@Suite struct RequestsOutputTests {
    private static var list: InFlightList {
        var list = InFlightList()
        list.count = 5
        list.requests = [
            InFlightRequest(
                service: "web",
                key: "7-1",
                method: "GET",
                path: "/events",
                client: "192.0.2.1",
                kind: .eventStream,
                age: 754_000,
                bytes: 12
            ),
            InFlightRequest(
                service: "api",
                key: "8-1",
                method: "GET",
                path: "/\u{1b}[31mchat",
                client: "192.0.2.2",
                kind: .tunnel,
                age: 5_000
            ),
        ]
        return list
    }

    @Test func eachRequestIsALine() {
        let lines = RequestsText(Self.list, of: nil, names: ["7-1": "g1"]).text.split(
            separator: "\n"
        )
        #expect(lines.count == 3)
        #expect(lines[0] == "12m34s  GET /events  event stream, 12 bytes  192.0.2.1 -> web/g1")
        #expect(lines[1].hasSuffix("chat  tunnel  192.0.2.2 -> api/8-1"))
        #expect(!lines[1].contains("\u{1b}"))
        #expect(lines[2] == "and 3 more")
    }

    @Test func aServiceAloneIsShown() {
        let text = RequestsText(Self.list, of: "api", names: [:]).text
        #expect(!text.contains("/events") && text.contains("api/8-1"))
        #expect(RequestsText(InFlightList(), of: nil, names: [:]).text == "no requests")
    }

    @Test func jsonTellsTheSame() throws {
        let json = try RequestsText(Self.list, of: "web", names: ["7-1": "g1"]).json
        #expect(
            json == """
                {"more":3,"requests":[{"ageMilliseconds":754000,"bytes":12,"client":"192.0.2.1",\
                "instance":"g1","kind":"eventStream","method":"GET","path":"/events",\
                "service":"web"}],"version":1}
                """
        )
    }
}
