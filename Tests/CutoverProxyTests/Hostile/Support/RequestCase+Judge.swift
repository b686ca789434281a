/// What a case showed on both sides of the proxy.
struct RequestEvidence {
    let client: RawBench.Conversation
    /// Requests that the instance got whole.
    let whole: [StrictMessage]
    /// What else it got.
    let others: [StrictMessage]
}

extension RequestCase {
    static let behind = raw("GET /behind HTTP/1.1\r\nHost: behind\r\n\r\n")

    private var isUnfinished: Bool {
        if case .unfinished = expectation { true } else { false }
    }

    /// Requests that are answered when nothing is refused.
    private var answersExpected: Int {
        ahead + 1 + (hasBehind && !closes ? 1 : 0)
    }

    /// What a client has to do.
    var script: RawBench.Script {
        var pieces = pieces
        if hasBehind, !isUnfinished {
            pieces[pieces.count - 1] += Self.behind
        }
        let expected = isUnfinished ? ahead : answersExpected
        return RawBench.Script(
            pieces: pieces,
            ends: isUnfinished,
            awaitsEnd: closes,
            isHead: pieces[0].starts(with: raw("HEAD "))
        ) { $0.responses.count >= expected && !isUnfinished }
    }

    /// Everything that is not as the policy wants it.
    func faults(_ evidence: RequestEvidence) -> [StrictFault] {
        var faults = evidence.whole.flatMap(MessageRules.faults(ofRequest:))
        faults += evidence.others.flatMap(\.faults)
        faults += evidence.client.responses.flatMap(MessageRules.faults(ofResponse:))
        for (request, response) in zip(evidence.whole, evidence.client.responses)
        where !evidence.client.isRefusal(response) && !request.startLine.hasPrefix("HEAD ")
            && response.content != raw(request.target)
        {
            faults.append(StrictFault(outcome: .dangerous, text: "the answer to another request"))
        }
        switch expectation {
        case .refused(let statuses):
            faults += refusalFaults(evidence, statuses)
        case .forwarded:
            faults += forwardingFaults(evidence)
        case .either where evidence.client.isRefused:
            faults += refusalFaults(evidence, Set(400...505))
        case .either:
            faults += forwardingFaults(evidence)
        case .unfinished where evidence.whole.count > ahead:
            faults.append(StrictFault(outcome: .dangerous, text: "looks whole to an instance"))
        case .unfinished:
            break
        }
        return faults
    }

    private func refusalFaults(_ evidence: RequestEvidence, _ statuses: Set<Int>) -> [StrictFault] {
        let client = evidence.client
        let answered = client.responses.filter { !client.isRefusal($0) }.count
        if evidence.whole.count > ahead {
            let isContradiction = client.isRefused && answered == ahead
            return [
                isContradiction
                    ? StrictFault(
                        outcome: .dangerous,
                        text: "refused, and an instance got a request"
                    )
                    : StrictFault(outcome: .lenient, text: "accepted")
            ]
        }
        guard client.isRefused, let response = client.responses.last else {
            return [StrictFault(outcome: .unexpected, text: "no answer")]
        }
        var faults: [StrictFault] = []
        if answered != ahead {
            faults.append(StrictFault(outcome: .unexpected, text: "\(answered) answers ahead"))
        }
        if !statuses.contains(response.status) {
            faults.append(StrictFault(outcome: .unexpected, text: "status \(response.status)"))
        }
        if !client.wasClosed || client.rest != nil {
            faults.append(StrictFault(outcome: .unexpected, text: "not closed behind the refusal"))
        }
        return faults
    }

    private func forwardingFaults(_ evidence: RequestEvidence) -> [StrictFault] {
        let client = evidence.client
        if client.isRefused {
            let status = client.responses.last?.status ?? 0
            return [StrictFault(outcome: .refusedLegal, text: "refused with \(status)")]
        }
        var faults: [StrictFault] = []
        if evidence.whole.count > answersExpected || !evidence.others.isEmpty {
            faults.append(
                StrictFault(outcome: .dangerous, text: "the instance got more than was sent")
            )
        } else if evidence.whole.count < answersExpected
            || client.responses.count < answersExpected
        {
            let text = "\(evidence.whole.count) forwarded, \(client.responses.count) answered"
            faults.append(StrictFault(outcome: .refusedLegal, text: text))
            return faults
        } else if hasBehind, !closes, client.responses.last?.content != raw("/behind") {
            faults.append(StrictFault(outcome: .dangerous, text: "the next request was lost"))
        }
        if closes, !client.wasClosed {
            faults.append(StrictFault(outcome: .unexpected, text: "not closed behind the answer"))
        }
        guard evidence.whole.count > ahead else { return faults }
        let request = evidence.whole[ahead]
        if let content, request.content != content {
            let text = "the body is \(shown(request.content))"
            faults.append(StrictFault(outcome: .dangerous, text: text))
        }
        let lines = Set(request.fields.map { "\($0.name): \($0.value)" })
        for line in arrives where !lines.contains(line) {
            // Another Host than the one that was meant leads to another site.
            let outcome = line.hasPrefix("host:") ? Outcome.sloppy : .refusedLegal
            faults.append(StrictFault(outcome: outcome, text: "without \(line)"))
        }
        for name in drops where !request.values(name).isEmpty {
            faults.append(StrictFault(outcome: .leaking, text: "with \(name)"))
        }
        return faults
    }
}
