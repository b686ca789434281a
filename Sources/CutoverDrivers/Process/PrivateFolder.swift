import Glibc

/// Folders that belong to this user alone.
enum PrivateFolder {
    /// Makes a folder with mode 0700, or makes sure that the one that exists is safe.
    ///
    /// In a folder that others can write to, a link could send a file anywhere. `forbidding` is the
    /// part of the mode that it must not have.
    static func prepare(
        _ folder: String,
        named name: String,
        forbidding mode: mode_t = 0o022
    ) throws(ProgramFault) {
        if mkdir(folder, 0o700) != 0, errno != EEXIST {
            let error = SystemError(code: errno)
            throw ProgramFault(
                message: "cannot make the \(name) \(folder): \(error)",
                isTransient: error.isTransient
            )
        }
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
            status.st_uid == geteuid(), status.st_mode & mode == 0
        else {
            let verb = mode & 0o044 == 0 ? "write to" : "enter"
            throw ProgramFault(
                message:
                    """
                    the \(name) \(folder) must be a folder of this user that nobody else can \
                    \(verb); try chmod 700
                    """,
                isTransient: false
            )
        }
    }
}
