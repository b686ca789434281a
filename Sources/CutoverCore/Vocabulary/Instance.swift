/// One running copy of a release, as the rollout names it.
///
/// Where it listens is the runtime's affair.
package struct Instance: Hashable, Codable, Sendable {
    package var id: InstanceID
    /// What operators call it, such as `b1`, `g3` or `i7`: unique among the live ones of a service.
    package var name: String
    package var release: ReleaseName
    /// `nil` for an instance of a rolling service.
    package var slot: Slot?

    package init(id: InstanceID, name: String, release: ReleaseName, slot: Slot?) {
        self.id = id
        self.name = name
        self.release = release
        self.slot = slot
    }
}
