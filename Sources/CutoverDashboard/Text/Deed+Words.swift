import CutoverCore
import CutoverScreen

extension Deed {
    /// What was done and the key that undoes it, made safe to show.
    var safe: String {
        guard let inverse else { return fact.safe }
        let key = inverse.verb == .pause ? "space" : String(inverse.verb.key)
        return "\(fact.safe); \(key) \(inverse.effect.safe)"
    }
}
