import CLinux
import Glibc

// Large bodies of known length, moved from socket to socket through a pipe of the kernel.
//
// The pipe belongs to the connection that sends, from the first byte of the body that is still in
// the kernel to the last. Nothing more is read while it holds bytes that its receiver does not
// take, so one pipe of them is the most that waits.

extension Loop {
    /// Below this a copy is cheaper than the calls for the pipe.
    static let spliceMinimum: UInt64 = 65_536

    /// Whether the rest of a connection's body passes through a pipe, which it then has.
    @inline(__always)
    mutating func isSpliced(_ index: Int32) -> Bool {
        if slab[index].pipe >= 0 {
            return true
        }
        let client = slab[index].role == .client ? index : slab[index].peer
        guard routing.routes[Int(slab[client].route)].splices else {
            return false
        }
        return beginSplicing(index)
    }

    private mutating func beginSplicing(_ index: Int32) -> Bool {
        guard slab[index].body.mode == .length, slab[index].body.remaining >= Self.spliceMinimum,
            let pipe = pipes.take()
        else {
            return false
        }
        slab[index].pipe = pipe
        return true
    }

    /// Gives the pipe of a connection back.
    @inline(__always)
    mutating func givePipe(_ index: Int32) {
        if slab[index].pipe >= 0 {
            pipes.give(slab[index].pipe)
            slab[index].pipe = -1
        }
    }

    /// Fills the pipe of a connection with the next bytes of its body: how many, 0 at the end,
    /// -errno.
    private mutating func fillPipe(_ index: Int32) -> Int {
        let pipe = pipes[slab[index].pipe]
        let wanted = min(UInt64(PipePool.bytes), slab[index].body.remaining)
        let count = clinux_splice(slab[index].descriptor, pipe.writer, Int(wanted))
        if count > 0 {
            slab[index].body.pass(count)
            pipes[slab[index].pipe].count = count
        }
        return count
    }

    /// Empties the pipe of a connection into another: 0 or -errno when that one takes no more.
    private mutating func emptyPipe(_ index: Int32, into other: Int32) -> Int? {
        let place = slab[index].pipe
        while pipes[place].count > 0 {
            let pipe = pipes[place]
            let count = clinux_splice(pipe.reader, slab[other].descriptor, pipe.count)
            guard count > 0 else {
                return count
            }
            pipes[place].count -= count
        }
        return nil
    }
}

// MARK: - Responses

extension Loop {
    /// Moves what has arrived of a response's body towards its client.
    mutating func spliceResponse(_ upstream: Int32) {
        let client = slab[upstream].peer
        let count = fillPipe(upstream)
        guard count > 0 else {
            readingEnded(upstream, count)
            return
        }
        countBytes(upstream, count)
        noteProgress(upstream, client)
        passResponse(upstream, client)
    }

    /// A client takes bytes again: what waits in its instance's pipe goes on.
    mutating func flushPipe(to client: Int32) {
        let upstream = slab[client].peer
        guard upstream >= 0 else {
            return
        }
        slab[client].flags.remove(.responsePiped)
        slab[client].deadline = 0
        let generation = slab[upstream].generation
        passResponse(upstream, client)
        if slab[upstream].generation == generation, slab[upstream].peer == client,
            !slab[client].hasOutput
        {
            slab[upstream].deadline = after(idleTimeout(client))
            readResponse(upstream)
        }
    }

    private mutating func passResponse(_ upstream: Int32, _ client: Int32) {
        if let stop = emptyPipe(upstream, into: client) {
            guard stop == -Int(EAGAIN) else {
                clientAborted(client)
                return
            }
            slab[client].flags.insert(.responsePiped)
            slab[client].deadline = after(idleTimeout(client))
            slab[upstream].deadline = 0
            armForOutput(client)
        } else if slab[upstream].body.isDone {
            givePipe(upstream)
            // No read has told whether anything stands behind the body.
            let isClean = clinux_peek(slab[upstream].descriptor) == -Int(EAGAIN)
            if isClean {
                slab[upstream].flags.remove(.readable)
            }
            finish(upstream, isReusable: isClean)
        }
    }
}

// MARK: - Requests

extension Loop {
    /// Moves what has arrived of a request's body towards its instance.
    mutating func spliceRequest(_ client: Int32, _ upstream: Int32) {
        slab[client].flags.remove(.replayable)
        let count = fillPipe(client)
        guard count > 0 else {
            if count == -Int(EAGAIN) {
                slab[client].flags.remove(.readable)
            } else {
                clientAborted(client)
            }
            return
        }
        slab[client].flags.remove(.awaitsContinue)
        if !slab[client].body.isDone {
            slab[client].deadline = after(idleTimeout(client))
        } else if !slab[client].hasOutput {
            slab[client].deadline = 0
        }
        _ = flushRequest(upstream)
    }

    /// Moves what waits of a request in its client's pipe: 0 or -errno when the instance takes no
    /// more.
    mutating func sendPiped(_ client: Int32, _ upstream: Int32) -> Int? {
        let pipe = slab[client].pipe
        let before = pipes[pipe].count
        let stop = emptyPipe(client, into: upstream)
        routing.backends[Int(slab[upstream].backend)].counters
            .add(.bytesFromClients, UInt64(before - pipes[pipe].count))
        if stop != nil {
            slab[client].flags.insert(.requestPiped)
        } else {
            slab[client].flags.remove(.requestPiped)
        }
        return stop
    }
}
