import Foundation

/// This program, as the processes that it starts must find it.
enum Executable {
    /// Absolute, whatever the working directory and the name it was called by.
    static let path: String = {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return link ?? CommandLine.arguments[0]
    }()

    /// The very program that runs, in a process that it forks: also when an upgrade has put another
    /// one at `path`, which would not understand this one.
    static let image = "/proc/self/exe"
}
