import Foundation
import Glibc

/// What a figure means nothing without: the machine, its load, and how this was built.
enum Surroundings {
    static func text(of stage: Stage) -> String {
        var name = utsname()
        uname(&name)
        let release = withUnsafeBytes(of: &name.release) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        let load = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? "?"
        let processors = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        var lines = [
            "Linux \(release), \(processors) processors: proxies on \(stage.processors.subject), "
                + "load and origin on \(stage.processors.load); load average "
                + (load.split(separator: " ").first.map(String.init) ?? "?"),
            "program under test: \(stage.cutover)",
        ]
        #if DEBUG
        lines.append("this is a debug build: its figures mean nothing")
        #endif
        return lines.joined(separator: "\n")
    }
}
