import CutoverCore
import CutoverScreen

/// What comes from outside is made harmless where it becomes text of the screen.
extension String {
    /// The longest name that is worth keeping whole.
    private static let longestName = 160

    /// A sentence, a log line or an error, made safe to show.
    var safe: String { Sanitizer.sanitize(self) }

    /// The same as the beginning of a sentence.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }

    /// A name, made safe to show.
    var safeName: String { Sanitizer.sanitize(self, limit: Self.longestName) }
}

extension ServiceName {
    var safe: String { rawValue.safeName }
}

extension ReleaseName {
    var safe: String { rawValue.safeName }
}

extension Actor {
    var safe: String { name.safeName }
}
