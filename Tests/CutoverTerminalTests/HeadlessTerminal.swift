import CutoverScreen
import Glibc

@testable import CutoverTerminal

/// Opens a screen that nobody sees, of that size, whose cells can be read back.
///
/// By default it is nowhere; with a descriptor, on the terminal that this is.
func withHeadlessTerminal(
    _ term: String,
    size: Size,
    maximumDepth: ColorDepth = .colors256,
    locale: String = "C.UTF-8",
    descriptor: Int32? = nil,
    _ body: (Terminal) throws -> Void
) throws {
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    let before = getenv("LC_ALL").map { String(cString: $0) }
    setenv("LINES", "\(size.rows)", 1)
    setenv("COLUMNS", "\(size.columns)", 1)
    setenv("LC_ALL", locale, 1)
    defer {
        unsetenv("LINES")
        unsetenv("COLUMNS")
        if let before {
            setenv("LC_ALL", before, 1)
        } else {
            unsetenv("LC_ALL")
        }
        close(null)
    }
    var options = Terminal.Options()
    options.term = term
    options.maximumDepth = maximumDepth
    options.input = descriptor ?? null
    options.output = options.input
    options.isAttended = false
    let terminal = try Terminal(options, theme: TestTheme.colorful)
    defer { terminal.close() }
    try body(terminal)
}
