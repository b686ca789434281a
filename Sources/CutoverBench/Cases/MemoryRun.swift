/// Resident memory with nothing to do, and what a connection adds that waits for its next request.
struct MemoryRun {
    let stage: Stage
    let connections: Int

    func measure(_ peers: [Peer], into result: inout CaseResult) throws(BenchFault) {
        for peer in peers {
            guard let subject = stage.subjects[peer] else { continue }
            let process = subject.process.processID
            let idle = ProcessFamily.residentMemory(of: process)
            // Each has had an answer, as a browser's connection has, and all are open at once.
            var held: [IdleConnection] = []
            while held.count < connections, let connection = IdleConnection(port: subject.port),
                connection.answers()
            {
                held.append(connection)
            }
            let busy = ProcessFamily.residentMemory(of: process)
            result.add(idle, peer, .idleMemory)
            if held.count < connections {
                result.notes.append("\(peer.title) held only \(held.count) connections")
                result.add(nil, peer, .connectionMemory)
            } else {
                result.add((busy - idle) / Double(connections), peer, .connectionMemory)
            }
        }
    }
}
