import CutoverCore

/// Comparing candidates that take traffic with their limits.
extension EngineLoop {
    func judge() {
    }
}
