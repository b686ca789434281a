import Foundation
import Glibc

/// nginx or HAProxy from PATH, as an operator would set it up for this job: streaming, with kept
/// connections, upgrades, and the timeouts of each case.
final class PeerProxy: LifeSubject, @unchecked Sendable {
    // `process` is started and ended by the one thread that owns the peer.
    enum Kind: String, CaseIterable {
        case nginx
        case haproxy
    }

    /// A way through the peer.
    struct Path {
        var port: UInt16
        var instance: UInt16
        var timeouts: LifeTimeouts
    }

    let kind: Kind
    private let directory: URL
    private let process = Process()

    var name: String { kind.rawValue }

    init(_ kind: Kind, paths: [Path]) throws {
        self.kind = kind
        directory = URL(filePath: "/tmp/cutover-peer-\(kind)-\(getpid())-\(freePort())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let file = directory.appending(path: "configuration")
        let text = kind == .nginx ? nginx(paths) : haproxy(paths)
        try text.write(to: file, atomically: true, encoding: .utf8)
        process.executableURL = URL(filePath: "/usr/bin/env")
        let arguments =
            kind == .nginx
            ? ["nginx", "-p", directory.path, "-e", "error.log", "-c", file.path]
            : ["haproxy", "-db", "-q", "-f", file.path]
        // Debian keeps both where only root looks.
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "") + ":/usr/sbin"
        process.arguments = ["PATH=\(path)"] + arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        guard eventually({ paths.allSatisfy { TestSocket(port: $0.port) != nil } }) else {
            process.terminate()
            throw LifeDeviation("\(kind) does not start: is it installed? \(directory.path)")
        }
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: directory)
    }

    func whyNot(_ life: LifeCase) -> String? { life.isOursAlone }

    var processes: [pid_t] {
        let main = process.processIdentifier
        let path = "/proc/\(main)/task/\(main)/children"
        let children = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return [main] + children.split(separator: " ").compactMap { pid_t($0) }
    }

    private func nginx(_ paths: [Path]) -> String {
        let servers = paths.map { path in
            let timeouts = path.timeouts
            return """
                upstream u\(path.port) {
                    server 127.0.0.1:\(path.instance) max_fails=0;
                    keepalive 64;
                }
                server {
                    listen 127.0.0.1:\(path.port);
                    client_header_timeout \(timeouts.head)ms;
                    client_body_timeout \(timeouts.idle)ms;
                    send_timeout \(timeouts.idle)ms;
                    keepalive_timeout \(timeouts.keepAlive)ms;
                    location / {
                        proxy_pass http://u\(path.port);
                        proxy_connect_timeout \(timeouts.connect)ms;
                        proxy_read_timeout \(min(timeouts.responseHead, timeouts.idle))ms;
                        proxy_send_timeout \(timeouts.idle)ms;
                    }
                }
                """
        }
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        return """
            daemon off;
            user root;
            worker_processes 1;
            worker_rlimit_nofile 20000;
            pid nginx.pid;
            events { worker_connections 8192; }
            http {
                access_log off;
                \(temporary.map { "\($0)_temp_path \($0);" }.joined(separator: " "))
                map $http_upgrade $upgrade_or_nothing { default upgrade; '' ''; }
                client_max_body_size 0;
                proxy_http_version 1.1;
                proxy_set_header Host $host;
                proxy_set_header Upgrade $http_upgrade;
                proxy_set_header Connection $upgrade_or_nothing;
                proxy_buffering off;
                proxy_request_buffering off;
                \(servers.joined(separator: "\n"))
            }
            """
    }

    private func haproxy(_ paths: [Path]) -> String {
        let proxies = paths.map { path in
            let timeouts = path.timeouts
            return """
                frontend f\(path.port)
                    bind 127.0.0.1:\(path.port)
                    timeout client \(timeouts.idle)
                    timeout http-request \(timeouts.head)
                    timeout http-keep-alive \(timeouts.keepAlive)
                    default_backend b\(path.port)
                backend b\(path.port)
                    timeout connect \(timeouts.connect)
                    timeout server \(min(timeouts.responseHead, timeouts.idle))
                    timeout tunnel \(timeouts.tunnel)
                    server s 127.0.0.1:\(path.instance)
                """
        }
        return """
            global
                maxconn 9000
            defaults
                mode http
                option abortonclose
                option http-no-delay
                \(proxies.joined(separator: "\n"))

            """
    }
}
