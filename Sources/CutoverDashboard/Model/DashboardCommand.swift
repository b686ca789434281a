package import CutoverCore

/// What the dashboard wants done: comparable data, performed in order.
package enum DashboardCommand: Hashable, Sendable {
    /// Tells the engine, and brings back its reply as ``DashboardInput/reply(_:to:)``.
    case send(EngineCommand)

    /// Reads the end of an instance's log. Asked again each second while lines of it are on screen,
    /// once the answer before has come.
    case readLog(InstanceID, of: ServiceName)

    /// Puts a text into the clipboard of the operator's terminal.
    case copy(String)

    /// Names the terminal's window.
    case setTitle(String)

    /// Rings once.
    case bell

    /// Paints everything anew, since something else wrote to the terminal.
    case redraw

    /// Gives the terminal back until the process is continued, after the commands before it were
    /// answered.
    case suspend

    /// Ends the dashboard, after the commands before it were answered.
    case quit(Departure)
}

/// What happens to live rollouts when the dashboard ends.
package enum Departure: Hashable, Sendable {
    /// None was live, another process hosts the engine, or the demo ends with all that it has.
    case atOnce
    /// They go on, with the engine in the background.
    case inBackground
    /// They were paused and stay so until somebody continues them.
    case holding
    /// They were told to go back, and go on until they are, with the engine in the background.
    case rollingBack
}
