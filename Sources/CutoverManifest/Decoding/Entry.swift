import Yams

/// One `key: value` of a mapping, or one element of a list.
struct Entry {
    /// Empty for an element of a list.
    var key: String
    var keyPlace: SourceLocation
    var node: Node
    /// Of the value where it has one of its own, else of the key.
    var place: SourceLocation

    /// The text of a scalar, however it is quoted; `nil` for lists, mappings and nothing.
    var text: String? {
        guard case .scalar(let scalar) = node, !isNull else { return nil }
        return scalar.string
    }

    /// Whether nothing stands there, or what YAML calls null.
    var isNull: Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// What stands there, in words.
    var description: String {
        switch node {
        case .scalar(let scalar): isNull ? "nothing" : scalar.string.quoted
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .alias: "an alias"
        }
    }
}
