package import CutoverCore
import CutoverWire
import Glibc
import Logging

extension ProcessRuntime {
    package func adopt(_ records: [InstanceProcess]) async -> [InstanceID: Adoption] {
        endFormerCommands()
        var result: [InstanceID: Adoption] = [:]
        for record in records {
            result[record.id] = await adopt(record)
        }
        return result
    }

    private func adopt(_ record: InstanceProcess) async -> Adoption {
        if let entry = entries[record.id], entry.process == record, case .running = entry.phase {
            return .running
        }
        if case .ipv4(_, let port) = record.address {
            ports.keep(port, for: record.id)
        }
        guard let identity = record.identity else {
            return .gone(reason: "it was no process of this machine")
        }
        func note(_ phase: Phase) {
            entries[record.id] = Entry(process: record, mark: identity.mark, phase: phase)
        }
        guard identity.bootID == ProcessTable.bootID else {
            note(.exited(.unknown))
            sockets.clear(record.address)
            return .gone(reason: "the machine was started again since")
        }
        if let handle = ProcessHandle(
            processID: identity.processID,
            startTime: identity.startTime
        ) {
            note(.running(handle, isChild: false))
            watch(record.id, handle)
            return .running
        }
        note(.exited(.unknown))
        await endOrphans(of: identity, logPath: record.logPath)
        sockets.clear(record.address)
        guard let other = ProcessTable.stat(of: identity.processID), !other.isOver else {
            return .gone(reason: "process \(identity.processID) ended while no engine ran")
        }
        return .gone(
            reason: "process \(identity.processID) ended, and its number is another process's"
        )
    }

    /// Ends the probes and checks of an engine that died: nobody waits for them, and one that hangs
    /// would stay for ever.
    private func endFormerCommands() {
        for stat in ProcessTable.all() where !stat.isOver {
            guard
                let mark = ProcessTable.environment(
                    of: stat.processID,
                    valueOf: ProcessIdentity.markKey
                ), commandMark.isOfFormerEngine(mark)
            else {
                continue
            }
            // The hold proves that it is still the process whose environment was read.
            let handle = ProcessHandle(processID: stat.processID, startTime: stat.startTime)
            if let fault = handle?.send(SIGKILL) {
                logger.error("left-over command, process \(stat.processID): \(fault)")
            }
        }
    }

    /// Ends what an instance left behind that is over itself: it could hold the address.
    private func endOrphans(of identity: ProcessIdentity, logPath: String) async {
        for stat in ProcessTable.all()
        where stat.startTime >= identity.startTime && !stat.isOver
            && ProcessTable.environment(of: stat.processID, holds: identity.mark)
        {
            // The hold proves that it is still the process whose environment was read.
            let handle = ProcessHandle(processID: stat.processID, startTime: stat.startTime)
            if let fault = handle?.send(SIGKILL) {
                logger.error("\(logPath): left-over process \(stat.processID): \(fault)")
            }
            await handle?.exited()
        }
    }
}
