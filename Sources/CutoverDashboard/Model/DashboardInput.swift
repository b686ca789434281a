package import CutoverCore
package import CutoverScreen

/// What reaches the dashboard: the terminal and the engine tell it everything, it asks nobody.
package enum DashboardInput: Hashable, Sendable {
    /// All the keys that one read of the terminal brought, in order.
    ///
    /// They come together so that text which was pasted without brackets is known as such before
    /// its first letter acts.
    case keys([Key])

    /// The newest state of everything. It has to come at least once in 3 s, changed or not.
    case snapshot(EngineSnapshot)

    /// What became of a command that was sent.
    case reply(CommandReply, to: EngineCommand)

    /// The lines that an instance wrote, oldest first: the answer to ``DashboardCommand/readLog``.
    case log(InstanceID, of: ServiceName, lines: [String])

    /// The engine cannot be reached; a snapshot ends it.
    case disconnected(reason: String)

    /// Whoever opened the dashboard has something to tell, such as what to press first.
    case notice(String)

    /// The last frame is on the terminal. Keys are understood as an answer to what it showed.
    case drawn

    /// The process goes on after ``DashboardCommand/suspend``.
    case resumed

    case resized(Size)

    /// Time went on. Once a second is enough.
    case tick
}
