import Foundation

/// The environment of this process, of which instances and commands get a short list.
package enum EngineEnvironment {
    package static var current: [String: String] { ProcessInfo.processInfo.environment }
}
