extension ResponseCase {
    /// What a client has to do.
    var script: RawBench.Script {
        // Whether a client may go on behind a 502 is the proxy's own business.
        RawBench.Script(
            pieces: [raw(request)],
            isRefusalLast: false,
            isHead: request.hasPrefix("HEAD ")
        ) { !$0.responses.isEmpty }
    }

    /// Everything that is not as the policy wants it.
    func faults(_ client: RawBench.Conversation) -> [StrictFault] {
        var messages = client.interims + client.responses
        if let rest = client.rest, rest.hasHead { messages.append(rest) }
        var faults = messages.flatMap(MessageRules.faults(ofResponse:))
        let isFollowed = client.rest.map { $0.count > 0 || !$0.faults.isEmpty } ?? false
        let isOwn = client.responses.first.map(client.isRefusal) ?? false
        if !isOwn, client.responses.count > 1 || !client.responses.isEmpty && isFollowed {
            faults.append(StrictFault(outcome: .dangerous, text: "bytes behind the response"))
        }
        switch expectation {
        case .refused:
            faults += refusalFaults(client)
        case .passed(let status, let content):
            faults += passingFaults(client, status, raw(content))
        case .cut where !client.responses.isEmpty && !isOwn:
            faults.append(StrictFault(outcome: .dangerous, text: "looks whole"))
        case .broken where !client.responses.isEmpty && !isOwn:
            faults.append(StrictFault(outcome: .lenient, text: "passed on"))
        case .cut, .broken:
            if !client.hasEnded {
                faults.append(StrictFault(outcome: .unexpected, text: "the client waits for ever"))
            }
        }
        return faults
    }

    private func refusalFaults(_ client: RawBench.Conversation) -> [StrictFault] {
        guard let first = client.responses.first else {
            return client.rest == nil
                ? [StrictFault(outcome: .unexpected, text: "no answer")]
                : [StrictFault(outcome: .lenient, text: "passed on")]
        }
        guard client.isRefusal(first) else {
            return [StrictFault(outcome: .lenient, text: "passed on")]
        }
        return first.status == 502
            ? [] : [StrictFault(outcome: .unexpected, text: "status \(first.status)")]
    }

    private func passingFaults(
        _ client: RawBench.Conversation,
        _ status: Int,
        _ content: [UInt8]
    ) -> [StrictFault] {
        guard let first = client.responses.first else {
            return [StrictFault(outcome: .refusedLegal, text: "no whole response")]
        }
        if client.isRefusal(first) {
            return [StrictFault(outcome: .refusedLegal, text: "refused with \(first.status)")]
        }
        var faults: [StrictFault] = []
        if first.status != status || first.content != content {
            let text = "\(first.status) with \(shown(first.content))"
            faults.append(StrictFault(outcome: .dangerous, text: text))
        }
        if client.interims.count != interims {
            let text = "\(client.interims.count) interim responses"
            faults.append(StrictFault(outcome: .refusedLegal, text: text))
        }
        let lines = Set(first.fields.map { "\($0.name): \($0.value)" })
        for line in arrives where !lines.contains(line) {
            faults.append(StrictFault(outcome: .refusedLegal, text: "without \(line)"))
        }
        return faults
    }
}
