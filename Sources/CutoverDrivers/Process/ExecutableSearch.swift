import Glibc

/// Finds the program of a command, so that what is missing can be said before there is a process.
enum ExecutableSearch {
    /// The absolute path of a command: as it stands when it has a `/`, else from `path` like a
    /// shell does.
    static func find(
        _ command: String,
        directory: String,
        path: String?
    ) throws(ProgramFault) -> String {
        try requireDirectory(directory)
        guard !command.isEmpty else {
            throw ProgramFault(message: "the command is empty", isTransient: false)
        }
        if command.contains("/") {
            let candidate = command.hasPrefix("/") ? command : "\(directory)/\(command)"
            guard let fault = fault(of: candidate) else {
                return candidate
            }
            throw ProgramFault(message: "cannot run \(candidate): \(fault)", isTransient: false)
        }
        // The default of execvp(3).
        let path = path ?? "/bin:/usr/bin"
        var lastFault: (candidate: String, text: String)?
        for folder in path.split(separator: ":") {
            let folder = folder.hasPrefix("/") ? String(folder) : "\(directory)/\(folder)"
            let candidate = "\(folder)/\(command)"
            guard let fault = fault(of: candidate) else {
                return candidate
            }
            if access(candidate, F_OK) == 0 {
                lastFault = (candidate, fault)
            }
        }
        if let lastFault {
            throw ProgramFault(
                message: "cannot run \(lastFault.candidate): \(lastFault.text)",
                isTransient: false
            )
        }
        throw ProgramFault(
            message: "there is no command \(command) in PATH (\(path))",
            isTransient: false
        )
    }

    private static func requireDirectory(_ directory: String) throws(ProgramFault) {
        var status = stat()
        guard stat(directory, &status) == 0 else {
            let error = SystemError(code: errno)
            throw ProgramFault(
                message: "the working directory \(directory) cannot be used: \(error)",
                isTransient: false
            )
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw ProgramFault(
                message: "the working directory \(directory) is not a directory",
                isTransient: false
            )
        }
    }

    /// Why a file cannot be run; `nil` when it can.
    private static func fault(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return "\(SystemError(code: errno))"
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return "it is not a file"
        }
        return access(path, X_OK) == 0
            ? nil : "it is not executable: \(SystemError(code: errno)); try chmod +x"
    }
}
