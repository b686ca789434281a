import CutoverCore
import CutoverDrivers
import CutoverStore
import CutoverWire

/// Everything that can happen to the engine.
///
/// It is handled in the order in which it comes in.
enum EngineMessage: Sendable {
    case command(EngineCommand, CheckedContinuation<CommandReply, Never>)
    /// A process is about to run its program: it may once its record is on disk.
    case recordProcess(
        InstanceProcess,
        ServiceName,
        CheckedContinuation<Result<Void, ProcessNotRecorded>, Never>
    )
    case instanceStarted(InstanceID, ServiceName, Result<InstanceProcess, DriverError>)
    /// With the last lines that it wrote.
    case instanceStopped(
        InstanceID,
        ServiceName,
        Result<InstanceExit?, DriverError>,
        log: [String]
    )
    /// With the last lines that it wrote.
    case instanceExited(InstanceExit, log: [String])
    /// A late probe of an earlier process of the instance is not believed.
    case probed(InstanceProcess, ServiceName, ProbeResult)
    /// `nil` is success.
    case effectEnded(EffectID, ServiceName, EffectFailure?)
    case drained(EffectID, ServiceName, DrainReport)
    case checked(EffectID, ServiceName, CheckReport)
    /// With the checks that are no longer configured.
    case checksEnded(EffectID, ServiceName, missing: [String])
    /// `found` is what the proxy said of its table when the answer left that open.
    case tableApplied(ProxyTable, Result<Void, DriverError>, found: RouterStatus?)
    case counted(Result<ProxyStats, DriverError>)
    case routerStarted(Result<RouterStatus, DriverError>)
    case router(RouterEvent)
    case logsRotated
    case alarm
    case journal(
        limit: Int,
        ServiceName?,
        CheckedContinuation<Result<[JournalEntry], StoreError>, Never>
    )
    case logPath(String, ServiceName, CheckedContinuation<String?, Never>)
    case stop(StopMode, CheckedContinuation<Void, Never>)
}

/// What happens to instances and proxy when the engine stops.
package enum StopMode: Hashable, Sendable {
    /// They go on; the next engine takes them over.
    case leaveRunning
    /// Everything that the engine ever started ends, the proxy last.
    case stopEverything
}

/// Why a process may not run: its record is not on disk, or nobody wants it any more.
struct ProcessNotRecorded: Error, Hashable, CustomStringConvertible {
    var description: String
}
