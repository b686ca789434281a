import CLinux
import Glibc

// What the control thread asks for, done between two events and therefore between two requests.

extension Loop {
    /// Does all commands that wait.
    mutating func handleCommands() {
        for command in commands.takeAll() {
            switch command {
            case .adopt(let plan, let ticket):
                adopt(plan)
                replies.post(.adopted(ticket: ticket))
            case .cut(let numbers, let ticket):
                replies.post(.inFlight(cut(numbers), ticket: ticket))
            case .list(let numbers, let ticket):
                replies.post(.inFlight(inFlight(on: numbers), ticket: ticket))
            case .stop(let grace, let isFinal): stop(graceMilliseconds: grace, isFinal: isFinal)
            }
        }
    }

    /// Makes a table live.
    private mutating func adopt(_ plan: TablePlan) {
        closeListeners(except: plan.listeners, isFinal: true)
        let addresses = routing.addresses
        let numbers = routing.backends.map(\.number)
        routing.adopt(plan)
        access.adopt(plan.accessLog)
        for index in routing.backends.indices {
            let isMoved = index < addresses.count && addresses[index] != routing.addresses[index]
            if isMoved || !routing.backends[index].keepsConnections {
                closeIdle(Int32(index))
            }
            if isMoved {
                keepNone(Int32(index))
            }
            if index < numbers.count, numbers[index] != routing.backends[index].number {
                forgetRefusals(Int32(index))
            }
        }
        closeIdleClientsOfNoService()
        openListeners(plan.listeners)
        recountAddresses()
        wakeLines()
    }

    /// Has no running connection to a backend serve another request: it leads to an address of
    /// before.
    private mutating func keepNone(_ backend: Int32) {
        for index in 0..<Int32(slab.highWater)
        where slab[index].role == .upstream && slab[index].backend == backend {
            slab[index].flags.insert(.last)
        }
    }

    /// Another instance has the slot of one that failed running requests, or that they ask for.
    private mutating func forgetRefusals(_ backend: Int32) {
        for index in 0..<Int32(slab.highWater) where slab[index].role == .client {
            for place in 0..<2 where slab[index].failedBackends[place] == backend {
                slab[index].failedBackends[place] = -1
            }
            if slab[index].backend == backend { slab[index].backend = -1 }
        }
    }

    /// Closes client connections that wait for their next request to a service that left the table.
    private mutating func closeIdleClientsOfNoService() {
        for index in 0..<Int32(slab.highWater)
        where slab[index].role == .client
            && (slab[index].phase == .head || slab[index].phase == .proxyHeader)
            && slab[index].inputCount == 0
        {
            let route = routing.routes[Int(slab[index].route)]
            if !route.isListed, route.rules < 0 {
                release(index)
            }
        }
    }

    /// Accepts nothing more, and has every response close its connection.
    private mutating func stop(graceMilliseconds: UInt32, isFinal: Bool) {
        closeListeners(except: [], isFinal: isFinal)
        replies.post(.closed)
        stopDeadline = after(graceMilliseconds)
        dismissIdleClients()
    }

    /// Has clients that wait for their next request close soon.
    ///
    /// One may be on its way, or in the socket already: what comes within the time is served, and
    /// its response closes the connection. Closing at once would reset it.
    private mutating func dismissIdleClients() {
        let soon = after(Self.dismissal)
        for index in 0..<Int32(slab.highWater)
        where slab[index].role == .client
            && (slab[index].phase == .head || slab[index].phase == .proxyHeader)
            && slab[index].inputCount == 0
        {
            slab[index].deadline = soon
        }
    }
}
