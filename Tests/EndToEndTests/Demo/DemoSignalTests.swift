import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite struct DemoSignalTests {
        @Test func aSignalEndsTheHeadlessDemoWithAllThatItStarted() async throws {
            let project = try ProductProject(demoOn: PortBlock())
            let demo = try Program(
                Product.path,
                ["demo", "--headless", "--directory", project.folder.path],
                folder: project.folder
            )
            try await waitUntil("the first instances") {
                project.processes.count { $0.arguments.contains("sample-service") } >= 4
            }
            demo.signal(SIGTERM)
            let result = try await demo.result(within: .seconds(30))
            #expect(result.status == 130, "\(result.text)")
            #expect(project.processes.map(\.arguments) == [])
            await project.end()
        }
    }
}
