package import CutoverCore
import CutoverWire

extension ProcessRuntime {
    package func stop(
        _ id: InstanceID,
        grace: Duration
    ) async throws(DriverError) -> InstanceExit? {
        if let start = starts[id] {
            _ = await start.value
        }
        guard let entry = entries[id] else {
            ports.release(id)
            return nil
        }
        switch entry.phase {
        case .exited:
            forget(id)
            return nil
        case .stopping(let task):
            return try await task.value.get()
        case .running(let handle, let isChild):
            let task = Task {
                await self.end(entry, handle, isChild: isChild, grace: grace)
            }
            entries[id]?.phase = .stopping(task)
            return try await task.value.get()
        }
    }

    private func end(
        _ entry: Entry,
        _ handle: ProcessHandle,
        isChild: Bool,
        grace: Duration
    ) async -> Result<InstanceExit, DriverError> {
        let process = entry.process
        let family = ProcessFamily(leader: handle, mark: entry.mark, isUnreapedChild: isChild)
        family.terminate()
        let clock = clock
        await withTaskGroup { group in
            group.addTask { await family.ended() }
            group.addTask { await clock.wait(grace) }
            await group.next()
            group.cancelAll()
        }
        if let survivors = await family.kill() {
            entries[process.id]?.phase = .running(handle, isChild: isChild)
            if handle.hasExited {
                // Its end came while it was being stopped, so nobody has heard of it yet.
                watch(process.id, handle)
            }
            return .failure(
                Self.failure(
                    "stop",
                    process.address.description,
                    survivors,
                    isRetryable: true,
                    mayHaveBeenApplied: true
                )
            )
        }
        let status = handle.reap()
        sockets.clear(process.address)
        forget(process.id)
        return .success(InstanceExit(process: process, status: status, at: clock.now()))
    }

    private func forget(_ id: InstanceID) {
        entries[id] = nil
        ports.release(id)
    }
}
