import Glibc
import Synchronization

extension SoakLoad {
    /// Between two messages, in microseconds.
    private static let pause: UInt32 = 75_000

    /// Opens a tunnel and keeps sending through it until the load ends; what is sent last is sent
    /// behind that, so that no end before it is missed.
    func holdTunnel(_ connection: inout SoakConnection) {
        let kind = SoakRequest.tunnel
        guard connection.send(kind.bytes), let head = connection.line(through: "\r\n\r\n") else {
            return note(Counts(requests: 1, failures: ["\(kind) was refused": 1]))
        }
        guard head.hasPrefix("HTTP/1.1 101 ") else {
            let status = head.dropFirst(9).prefix(3)
            return note(Counts(requests: 1, failures: ["\(kind) got \(status)": 1]))
        }
        note(Counts(requests: 1, tunnels: 1, bytes: head.utf8.count))
        var number = 0
        while true {
            let isLast = isStopped.load(ordering: .relaxed)
            number += 1
            let message = "message \(number)\n"
            guard connection.send(Array(message.utf8)), let echo = connection.line(through: "\n")
            else { return note(Counts(failures: ["\(kind) was cut": 1])) }
            note(Counts(bytes: echo.utf8.count))
            guard echo == message else {
                return note(Counts(failures: ["\(kind) sent back something else": 1]))
            }
            note(Counts(echoes: 1))
            if isLast { return }
            usleep(Self.pause)
        }
    }
}
