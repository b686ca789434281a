/// Where the engine lives, and so what leaving the dashboard means for it.
package enum EngineHosting: Hashable, Sendable {
    /// In another process: leaving and suspending the dashboard concern nobody else.
    case elsewhere
    /// In this process: suspended it stands still, and left it can go on in the background.
    case here
    /// In this process, with instances and load of its own: quitting ends all of them.
    case demo
}
