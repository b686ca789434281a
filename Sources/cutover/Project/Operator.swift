import CutoverCore
import Foundation
import Glibc

extension Actor {
    /// Who runs this process, as the journal names them: `alice@pts/3`, or `alice` without a
    /// terminal.
    static func current() -> Actor {
        let user = ProcessInfo.processInfo.userName
        let name = user.isEmpty ? "uid \(getuid())" : user
        guard isatty(STDIN_FILENO) == 1, let path = ttyname(STDIN_FILENO) else {
            return Actor(name: name)
        }
        return Actor(name: "\(name)@\(String(cString: path).dropFirst("/dev/".count))")
    }
}
