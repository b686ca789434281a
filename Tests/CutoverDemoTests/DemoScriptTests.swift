import CutoverCore
import CutoverDemo
import CutoverScreen
import Testing

@Suite struct DemoScriptTests {
    @Test func stepsAreReadInTheirOrder() throws {
        let script = try DemoScript(
            """
            # a deploy
            key d        # opens the form
            type v2
            key enter

            wait checkout awaitingPromotion
            wait checkout held
            after 1.5s
            """
        )
        #expect(
            script.steps == [
                .press(.character("d")), .press(.character("v")), .press(.character("2")),
                .press(.enter),
                .wait(ServiceName(rawValue: "checkout"), .phase(.awaitingPromotion)),
                .wait(ServiceName(rawValue: "checkout"), .held), .after(.milliseconds(1500)),
            ]
        )
    }

    @Test func allFaultsAreSaidAtOnceWithTheirLines() throws {
        let fault = try #require(throws: DemoScriptError.self) {
            try DemoScript("key d\nkey delete\nwait checkout soon\nafter 900s\npress d")
        }
        #expect(
            fault.description.split(separator: "\n") == [
                "2: cannot read 'key delete'", "3: cannot read 'wait checkout soon'",
                "4: cannot read 'after 900s'", "5: cannot read 'press d'",
                "steps are: key NAME, type TEXT, wait SERVICE PHASE|held, after 2s",
            ]
        )
    }
}
