/// Runs cases over one proxy, each followed by a canary: a request on a new connection, which must
/// get its own answer whatever the case has left behind.
struct RawSuite {
    /// What a case showed that is not as the policy wants it.
    struct Deviation: CustomStringConvertible {
        let name: String
        let outcome: Outcome
        let description: String
    }

    let bench: RawBench
    /// Where the proxy listens, on 127.0.0.1.
    let port: UInt16

    private static let canary = "/canary-"

    /// Runs the cases of a family; the ones that deviate.
    func run(_ family: RequestFamily) -> [Deviation] {
        family.cases.enumerated().compactMap { number, item in
            bench.answer = RawBench.echo
            bench.begin()
            let client = bench.converse(port, item.script)
            let evidence = RequestEvidence(
                client: client,
                whole: bench.requests,
                others: bench.unreadable + bench.unfinished
            )
            var faults = item.faults(evidence)
            faults += canaryFaults(number, behind: evidence.whole.count)
            return deviation("\(family.name): \(item.name)", item.section, faults, evidence)
        }
    }

    /// Runs the cases of a family; the ones that deviate.
    func run(_ family: ResponseFamily) -> [Deviation] {
        family.cases.enumerated().compactMap { number, item in
            bench.answer = { request in
                request.target.hasPrefix(Self.canary)
                    ? RawBench.echo(request) : RawBench.Answer(pieces: item.pieces, end: item.end)
            }
            bench.begin()
            bench.isHasty = item.isHasty
            defer { bench.isHasty = false }
            var script = item.script
            script.atEnd = {
                if !item.late.isEmpty { bench.sendFromInstance(item.late) }
                bench.sendFromClient(raw(item.rest))
            }
            let client = bench.converse(port, script)
            var faults = item.faults(client)
            if bench.requests.contains(where: { $0.target != "/case" }) {
                faults.append(StrictFault(outcome: .dangerous, text: "a body became a request"))
            }
            let evidence = RequestEvidence(client: client, whole: bench.requests, others: [])
            faults += canaryFaults(number, behind: bench.requests.count)
            return deviation("\(family.name): \(item.name)", item.section, faults, evidence)
        }
    }

    private func canaryFaults(_ number: Int, behind count: Int) -> [StrictFault] {
        let target = "\(Self.canary)\(number)"
        let request = raw("GET \(target) HTTP/1.1\r\nHost: canary\r\n\r\n")
        let script = RawBench.Script(pieces: [request]) { !$0.responses.isEmpty }
        let answers = bench.converse(port, script).responses.map { latin($0.content) }
        if answers != [target] {
            return [StrictFault(outcome: .dangerous, text: "the canary got \(answers)")]
        }
        let late = bench.requests.dropFirst(count).map(\.target)
        return late == [target]
            ? []
            : [StrictFault(outcome: .dangerous, text: "the instance got \(late) with the canary")]
    }

    private func deviation(
        _ name: String,
        _ section: String,
        _ faults: [StrictFault],
        _ evidence: RequestEvidence
    ) -> Deviation? {
        guard let outcome = faults.map(\.outcome).max() else {
            return nil
        }
        let client = evidence.client
        let answers = (client.interims + client.responses).map(\.startLine)
        let requests = evidence.whole.map(\.startLine)
        let text =
            "\(name) (RFC \(section)): \(outcome): \(faults.map(\.text).joined(separator: "; "))"
            + " | client: \(answers), \(client.wasClosed ? "closed" : "open")"
            + " | instance: \(requests) + \(evidence.others.map(\.startLine))"
        return Deviation(name: name, outcome: outcome, description: text)
    }
}
