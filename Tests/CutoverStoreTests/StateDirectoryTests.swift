import Foundation
import Testing

@testable import CutoverStore

/// A directory that somebody else could have prepared is never used.
@Suite struct StateDirectoryTests {
    let temporary: TemporaryDirectory

    init() throws {
        temporary = try TemporaryDirectory()
    }

    @Test func missingDirectoriesAreMadeForTheOwnerOnly() throws {
        let directory = try StateDirectory(preparing: temporary.file("a/b/state/"))
        #expect(directory.path == temporary.file("a/b/state"))
        #expect(try temporary.mode(of: "a/b/state") == 0o700)
        #expect(try temporary.mode(of: "a") == 0o700)
    }

    @Test func aSymbolicLinkIsRefused() throws {
        let target = temporary.file("target")
        mkdir(target, 0o700)
        symlink(target, temporary.file("link"))
        #expect(throws: StoreError(.unsafeDirectory(.symbolicLink), at: temporary.file("link"))) {
            try StateDirectory(preparing: temporary.file("link"))
        }
    }

    @Test func aDirectoryThatOthersCanWriteIsRefusedWithTheFix() throws {
        let path = temporary.file("open")
        mkdir(path, 0o700)
        chmod(path, 0o770)
        let error = #expect(throws: StoreError.self) {
            try StateDirectory(preparing: path)
        }
        #expect(error?.kind == .unsafeDirectory(.writableByOthers(mode: 0o770)))
        #expect(error?.description.contains("chmod 700 \(path)") == true)
    }

    @Test func aFileInItsPlaceIsRefused() throws {
        let path = temporary.file("file")
        try Data().write(to: URL(filePath: path))
        #expect(throws: StoreError(.unsafeDirectory(.notDirectory), at: path)) {
            try StateDirectory(preparing: path)
        }
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a directory away"))
    func aDirectoryOfAnotherUserIsRefused() throws {
        let path = temporary.file("foreign")
        mkdir(path, 0o700)
        chown(path, 65534, 65534)
        let fault = StoreError.DirectoryFault.foreignOwner(userID: 65534)
        #expect(throws: StoreError(.unsafeDirectory(fault), at: path)) {
            try StateDirectory(preparing: path)
        }
    }

    @Test func aSecondEngineIsRefusedByTheProcessOfTheFirst() throws {
        let directory = try StateDirectory(preparing: temporary.file("state"))
        let lock = try StateDirectoryLock(directory)
        let error = #expect(throws: StoreError.self) {
            try StateDirectoryLock(directory)
        }
        #expect(error?.kind == .lockedByEngine(processID: getpid()))
        #expect(error?.description.contains("process \(getpid())") == true)
        withExtendedLifetime(lock) {}
    }

    @Test func theLockIsFreeWhenItsOwnerIsGone() throws {
        let directory = try StateDirectory(preparing: temporary.file("state"))
        var lock: StateDirectoryLock? = try StateDirectoryLock(directory)
        withExtendedLifetime(lock) {}
        lock = nil
        #expect(throws: Never.self) {
            try StateDirectoryLock(directory)
        }
    }
}

extension StoreError {
    /// Without a detail.
    init(_ kind: Kind, at path: String) {
        self.init(kind, path: path, detail: "")
    }
}
