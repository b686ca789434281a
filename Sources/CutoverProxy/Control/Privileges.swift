import CLinux
import Glibc

/// What a proxy that is started as root gives up.
enum Privileges {
    /// Becomes the user that `options` name, and returns the options as that user can use them.
    ///
    /// Call it before any other thread is started. Only the right to listen on ports below 1024 is
    /// kept, since a later table may name one. The directory of the control socket and the table
    /// must be the user's alone: it becomes the working directory, so that those above it may stay
    /// closed to the user.
    static func drop(_ options: ProxyOptions) throws(ProxyFault) -> ProxyOptions {
        guard let user = try find(options.user) else {
            return options
        }
        let moved = try enter(options, user)
        try become(user)
        return moved
    }

    /// The same for a proxy without files.
    static func drop(to name: String?) throws(ProxyFault) {
        if let user = try find(name) {
            try become(user)
        }
    }

    /// A user that root can become.
    private struct User {
        let name: String
        var id: UInt32 = 0
        var group: UInt32 = 0
    }

    /// Finds the user; `nil` when there is nothing to give up.
    private static func find(_ name: String?) throws(ProxyFault) -> User? {
        guard let name else {
            if geteuid() == 0 {
                report("runs as root: --user NAME has it keep no right but to listen")
            }
            return nil
        }
        var user = User(name: name)
        let found = clinux_find_user(name, &user.id, &user.group)
        guard found == 0 else {
            throw ProxyFault("--user: there is no user \(name): \(systemMessage(-found))")
        }
        guard user.id != 0 else {
            throw ProxyFault("--user: \(name) is root, which gives up nothing: name another user")
        }
        guard geteuid() != user.id else {
            return nil
        }
        guard geteuid() == 0 else {
            throw ProxyFault("--user \(name) needs root: start the proxy as \(name) in its place")
        }
        return user
    }

    private static func become(_ user: User) throws(ProxyFault) {
        let result = clinux_become_user(user.name, user.id, user.group)
        guard result == 0 else {
            throw ProxyFault("--user: cannot become \(user.name): \(systemMessage(-result))")
        }
    }

    /// Goes to the directory of socket and table.
    private static func enter(
        _ options: ProxyOptions,
        _ user: User
    ) throws(ProxyFault) -> ProxyOptions {
        let directory = parentDirectory(of: options.controlSocket)
        guard parentDirectory(of: options.tableFile) == directory else {
            throw ProxyFault(
                "--user: the control socket \(options.controlSocket) and the table "
                    + "\(options.tableFile) must be in one directory, which is \(user.name)'s"
            )
        }
        var status = stat()
        guard chdir(directory) == 0, stat(".", &status) == 0 else {
            throw ProxyFault("--user: the directory \(directory): \(systemMessage(errno))")
        }
        guard status.st_uid == user.id, status.st_mode & 0o022 == 0 else {
            throw ProxyFault(
                "--user: the directory \(directory) must belong to \(user.name) alone: "
                    + "chown \(user.name) it and chmod 0700 it"
            )
        }
        var moved = options
        moved.controlSocket = lastComponent(of: options.controlSocket)
        moved.tableFile = lastComponent(of: options.tableFile)
        return moved
    }

    private static func lastComponent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }
}
