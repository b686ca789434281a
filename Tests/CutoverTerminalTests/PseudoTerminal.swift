import Glibc

/// A terminal whose other end is the test: what is typed there is read as keys.
final class PseudoTerminal {
    /// The end that a program would have as its standard input and output.
    let program: Int32
    private var operatorEnd: Int32

    init() throws {
        var ends: (operator: Int32, program: Int32) = (-1, -1)
        guard openpty(&ends.operator, &ends.program, nil, nil, nil) == 0 else {
            throw PseudoTerminalError(code: errno)
        }
        (operatorEnd, program) = ends
    }

    deinit {
        hangUp()
        close(program)
    }

    func type(_ bytes: [UInt8]) {
        _ = write(operatorEnd, bytes, bytes.count)
    }

    func type(_ text: String) {
        type(Array(text.utf8))
    }

    func hangUp() {
        guard operatorEnd >= 0 else { return }
        close(operatorEnd)
        operatorEnd = -1
    }
}

struct PseudoTerminalError: Error {
    let code: Int32
}
