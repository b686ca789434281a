import Foundation
import Testing

@testable import CutoverStore

/// A state directory that is removed with the value.
final class TemporaryDirectory {
    let path: String

    init() throws {
        path = "\(FileManager.default.temporaryDirectory.path)/cutover-store-\(UUID().uuidString)"
        try #require(mkdir(path, 0o700) == 0)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String {
        "\(path)/\(name)"
    }

    func mode(of name: String) throws -> mode_t {
        var status = stat()
        try #require(lstat(file(name), &status) == 0)
        return status.st_mode & 0o7777
    }
}
