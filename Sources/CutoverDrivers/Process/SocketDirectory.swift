import CutoverCore
import CutoverWire
import Glibc

/// The folder with the Unix sockets of instances: `ROLLOUT-NUMBER.sock`.
///
/// It is in the state directory and never in `/tmp` or `$XDG_RUNTIME_DIR`: the one is cleaned by
/// age, the other goes with the last login, and instances outlive both.
struct SocketDirectory: Sendable {
    let path: String

    /// Bytes that the system takes in the address of a Unix socket, without the closing NUL.
    static let longestPath = 107

    /// Where an instance listens, for ever: no other one has its ID.
    func address(of id: InstanceID) throws(ProgramFault) -> SocketAddress {
        let path = "\(path)/\(id.rollout.rawValue)-\(id.number).sock"
        guard path.utf8.count <= Self.longestPath else {
            throw ProgramFault(
                message:
                    """
                    the socket \(path) would have a path of \(path.utf8.count) bytes, and the \
                    system takes \(Self.longestPath); choose a shorter state directory (--state)
                    """,
                isTransient: false
            )
        }
        return .unix(path: path)
    }

    /// Makes the folder when it is missing, and removes the socket that a process left: nobody can
    /// listen where a file lies.
    func makeRoom(for address: SocketAddress) throws(ProgramFault) {
        guard case .unix(let socket) = address else {
            return
        }
        try PrivateFolder.prepare(path, named: "socket folder", forbidding: 0o077)
        if unlink(socket) != 0, errno != ENOENT {
            let error = SystemError(code: errno)
            throw ProgramFault(
                message: "cannot remove what lies at \(socket): \(error)",
                isTransient: error.isTransient
            )
        }
    }

    /// Removes the socket of a process that is over; one that is not in this folder is left alone.
    func clear(_ address: SocketAddress) {
        if case .unix(let socket) = address, socket.hasPrefix("\(path)/") {
            unlink(socket)
        }
    }
}
