/// Why the store could not do what it was asked.
///
/// When a commit throws, nothing was written.
package struct StoreError: Error, Hashable, Sendable {
    package var kind: Kind
    /// The file or directory.
    package var path: String
    /// What the system or SQLite said, without values that were to be stored.
    package var detail: String

    package init(_ kind: Kind, path: String, detail: String) {
        self.kind = kind
        self.path = path
        self.detail = detail
    }

    package enum Kind: Hashable, Sendable {
        /// No space, or over quota. A later commit succeeds when space is back.
        case diskFull
        /// The file or its file system cannot be written.
        case readOnly
        /// SQLite finds the file damaged, or it is no database.
        case corrupt
        /// A newer Cutover wrote it: the migrations that this one does not know.
        case newerSchema([String])
        /// A record of a version that this one does not know.
        case newerRecord(Int)
        /// Another engine holds the directory. `nil`: its process ID could not be read.
        case lockedByEngine(processID: Int32?)
        /// Another program holds the database for longer than the busy timeout.
        case busy
        /// The device failed a read, a write or an fsync. The file is opened anew before the next
        /// commit.
        case deviceFailed
        /// The directory is not one that an engine may trust.
        case unsafeDirectory(DirectoryFault)
        /// Anything else, such as a missing permission.
        case unavailable
    }

    /// What is wrong with a state directory.
    package enum DirectoryFault: Hashable, Sendable {
        case symbolicLink
        case notDirectory
        case foreignOwner(userID: UInt32)
        /// Its permission bits.
        case writableByOthers(mode: UInt32)
    }

    /// The same commit may succeed later without a restart.
    package var isRetryable: Bool {
        switch kind {
        case .diskFull, .readOnly, .busy, .deviceFailed: true
        case .corrupt, .newerSchema, .newerRecord, .lockedByEngine, .unsafeDirectory, .unavailable:
            false
        }
    }
}

extension StoreError: CustomStringConvertible {
    /// One line: the place, the fault and the fix.
    package var description: String {
        switch kind {
        case .diskFull:
            "\(path): no space left to record the next step (\(detail)); free some space, "
                + "the engine goes on by itself"
        case .readOnly:
            "\(path): cannot be written (\(detail)); make the file and its directory writable for "
                + "this user, the engine goes on by itself"
        case .corrupt:
            "\(path): the database is damaged (\(detail)); move it away and start again: instances "
                + "that run are not touched, but must be stopped by hand"
        case .newerSchema(let names):
            "\(path): written by a newer version of cutover "
                + "(it has \(names.joined(separator: ", "))); use that version, or another "
                + "state directory"
        case .newerRecord(let version):
            "\(path): holds a \(detail) of version \(version), written by a newer version of "
                + "cutover; use that version, or another state directory"
        case .lockedByEngine(let processID):
            "\(path): another engine is running"
                + (processID.map { " (process \($0))" } ?? "")
                + "; attach to it with `cutover status`, or stop it first"
        case .busy:
            "\(path): another program holds the database (\(detail)); close it, the engine goes on "
                + "by itself"
        case .deviceFailed:
            "\(path): the device failed (\(detail)); check the disk, the engine tries again "
                + "by itself"
        case .unsafeDirectory(let fault):
            "\(path): \(fault.sentence(path: path))"
        case .unavailable:
            "\(path): \(detail)"
        }
    }
}

extension StoreError.DirectoryFault {
    fileprivate func sentence(path: String) -> String {
        switch self {
        case .symbolicLink:
            "the state directory is a symbolic link; name the directory that it points to"
        case .notDirectory:
            "is not a directory; move it away or choose another with --state"
        case .foreignOwner(let userID):
            "the state directory belongs to user \(userID); choose another with --state, or run as "
                + "that user"
        case .writableByOthers(let mode):
            "the state directory can be written by others (mode \(String(mode, radix: 8))); "
                + "run: chmod 700 \(path)"
        }
    }
}
