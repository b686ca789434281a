/// Resident memory with nothing to do, and what a connection adds that waits for its next request.
struct MemoryRun {
    let stage: Stage
    let connections: Int

    func measure(_ peers: [Peer], into result: inout CaseResult) throws(BenchFault) {
        for peer in peers {
            guard let subject = stage.subjects[peer] else { continue }
            let process = subject.process.processID
            let idle = ProcessFamily.residentMemory(of: process)
            // What a batch in flight needs is no cost of the connections that wait afterwards.
            _ = hold(Self.batch, subject.port)
            let warm = ProcessFamily.residentMemory(of: process)
            let held = hold(connections, subject.port)
            let busy = ProcessFamily.residentMemory(of: process)
            result.add(idle, peer, .idleMemory)
            if held.count < connections {
                result.notes.append("\(peer.title) held only \(held.count) connections")
                result.add(nil, peer, .connectionMemory)
            } else {
                result.add((busy - warm) / Double(connections), peer, .connectionMemory)
            }
        }
    }

    /// How many requests are in flight at once while connections are made.
    private static let batch = 50

    /// Connections that have each had an answer, as a browser's has, and are all open; fewer when
    /// one has none.
    private func hold(_ wanted: Int, _ port: UInt16) -> [IdleConnection] {
        var held: [IdleConnection] = []
        while held.count < wanted {
            let count = min(Self.batch, wanted - held.count)
            let sent = (0..<count).compactMap { _ in IdleConnection(port: port) }
                .filter { $0.sends() }
            let answered = sent.filter { $0.receives() }
            held += answered
            if answered.count < count { break }
        }
        return held
    }
}
