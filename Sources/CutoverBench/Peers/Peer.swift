/// What is measured.
enum Peer: String, Codable, CaseIterable {
    case cutover
    /// Cutover with large bodies spliced.
    case spliced
    case nginx
    case haproxy
    /// The limit: bytes copied by C that reads no HTTP.
    case forwarder

    var title: String {
        switch self {
        case .cutover: "Cutover"
        case .spliced: "Cutover --splice"
        case .nginx: "nginx"
        case .haproxy: "HAProxy"
        case .forwarder: "C forwarder"
        }
    }
}
