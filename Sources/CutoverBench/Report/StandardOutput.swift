// The C library's stdout is a variable, of which only the library's own locks make a shared one.
@preconcurrency import Glibc

enum StandardOutput {
    /// Lets whoever reads a pipe or a file have each line when it is printed; call it first.
    static func flushLines() {
        setvbuf(stdout, nil, _IOLBF, 0)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Whether nobody reads any more.
    static var isBroken: Bool { ferror(stdout) != 0 }
}
