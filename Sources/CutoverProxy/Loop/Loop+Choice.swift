import CutoverWire

// Which instance a request asks for by its head, and what its client is told about it.

extension Loop {
    /// Reads the marks of the parsed request that its route has, and notes what they say.
    @inline(never)
    mutating func readMarks(_ client: Int32, _ bytes: Span<UInt8>) {
        let route = slab[client].route
        let options = routing.routes[Int(route)].options
        let plan = routing.routes[Int(route)].plan.takeUnretainedValue()
        // Who tests is bound to no instance: at the preview's listener the same name has the same
        // cookies.
        guard !slab[client].flags.contains(.preview) else {
            return
        }
        if options.contains(.readsPreview), plan.marks.asksPreview(request.fields, bytes) {
            slab[client].flags.insert(.asksPreview)
            return
        }
        guard options.contains(.readsInstance) else {
            return
        }
        slab[client].flags.insert(.sticky)
        if let identifier = plan.marks.instance(request.fields, bytes) {
            slab[client].backend = routing.backend(identified: identifier, route: route)
        }
    }

    /// The field that binds a sticky client to the backend that answers it, or `nil` when its
    /// cookie does already.
    @inline(never)
    func stickyField(_ client: Int32) -> String? {
        let backend = slab[slab[client].peer].backend
        guard backend != slab[client].backend else {
            return nil
        }
        let plan = routing.routes[Int(slab[client].route)].plan.takeUnretainedValue()
        return plan.settings.stickyCookie.map {
            StickyCookie.field(named: $0, routing.backends[Int(backend)].identifier)
        }
    }
}
