/// A request whose instructions are counted.
struct InstructionCase {
    let title: String
    var path = "/"
    /// Fields beside `Host`, as lines.
    var fields: [String] = []
    /// How many instructions a request may cost; `nil`: any number.
    var limit: UInt64?

    static let all = [
        InstructionCase(title: "small GET", limit: 6_500),
        InstructionCase(title: "browser-size heads", fields: BrowserHead.fields, limit: 10_000),
        InstructionCase(title: "10 KB", path: "/10k"),
        InstructionCase(title: "chunked 10 KB", path: "/chunked"),
    ]

    /// The bytes on the wire.
    var request: [UInt8] {
        let lines = ["GET \(path) HTTP/1.1", "Host: bench"] + fields
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}
