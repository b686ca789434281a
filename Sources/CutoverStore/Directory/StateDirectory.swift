import Glibc

/// The directory that holds everything an engine must remember: proved to be ours before it is
/// used.
///
/// Whoever can write in it can make the engine start any program, so that a directory of another
/// user, one that others can write, and a symbolic link are refused.
package struct StateDirectory: Hashable, Sendable {
    /// Without a trailing slash.
    package let path: String

    /// Makes the directory and its missing parents with mode 0700, or proves the one that exists.
    package init(preparing path: String) throws(StoreError) {
        var trimmed = Substring(path)
        while trimmed.count > 1, trimmed.hasSuffix("/") {
            trimmed.removeLast()
        }
        self.path = String(trimmed)
        try Self.makeParents(of: self.path)
        if mkdir(self.path, 0o700) != 0, errno != EEXIST {
            throw Self.systemFailure(errno, at: self.path, doing: "cannot be made")
        }
        try prove()
    }

    /// The path of a file in it.
    package func file(_ name: String) -> String {
        "\(path)/\(name)"
    }

    /// The database.
    package var database: String { file("state.sqlite") }

    private func prove() throws(StoreError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            throw Self.systemFailure(errno, at: path, doing: "cannot be examined")
        }
        let fault: StoreError.DirectoryFault? =
            switch (status.st_mode & S_IFMT, status.st_mode & 0o7777) {
            case (S_IFLNK, _): .symbolicLink
            case (S_IFDIR, _) where status.st_uid != geteuid(): .foreignOwner(userID: status.st_uid)
            case (S_IFDIR, let mode) where mode & 0o022 != 0: .writableByOthers(mode: mode)
            case (S_IFDIR, _): nil
            default: .notDirectory
            }
        if let fault {
            throw StoreError(.unsafeDirectory(fault), path: path, detail: "")
        }
    }

    private static func makeParents(of path: String) throws(StoreError) {
        for index in path.indices.dropFirst() where path[index] == "/" {
            let parent = String(path[..<index])
            if mkdir(parent, 0o700) != 0, errno != EEXIST {
                throw systemFailure(errno, at: parent, doing: "cannot be made")
            }
        }
    }

    /// The error for a failed system call.
    static func systemFailure(_ code: Int32, at path: String, doing: String) -> StoreError {
        let kind: StoreError.Kind =
            switch code {
            case ENOSPC, EDQUOT: .diskFull
            case EROFS: .readOnly
            case EIO: .deviceFailed
            default: .unavailable
            }
        return StoreError(kind, path: path, detail: "\(doing): \(String(cString: strerror(code)))")
    }
}
