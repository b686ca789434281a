import Foundation

/// nginx or HAProxy in front of a bench, with its defaults for what it takes and with what a
/// careful operator adds: kept connections to the instance, its own word about the client,
/// WebSocket and nothing else as an upgrade.
final class Peer {
    /// The programs that can be compared.
    enum Program: String, CaseIterable {
        case nginx
        case haproxy
    }

    /// Where it listens, on 127.0.0.1.
    let port = freePort()
    private let process = Process()
    private let directory: URL

    /// Starts it; `nil` when it is not in PATH.
    init?(_ program: Program, instancePort: UInt16) throws {
        guard let path = Self.path(of: program) else {
            return nil
        }
        let name = "cutover-peer-\(getpid())-\(freePort())"
        directory = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let file = directory.appendingPathComponent("configuration")
        let text =
            program == .nginx
            ? Self.nginx(directory.path, port, instancePort) : Self.haproxy(port, instancePort)
        try Data(text.utf8).write(to: file)
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments =
            program == .nginx
            ? ["-p", directory.path, "-c", file.path] : ["-db", "-q", "-f", file.path]
        process.standardError = FileHandle.nullDevice
        try process.run()
        guard eventually({ TestSocket(port: port) != nil }) else {
            throw CocoaError(.executableLoad)
        }
    }

    deinit {
        // A process inherits the signals that the thread which starts it has blocked, and this one
        // has nothing to put away.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: directory)
    }

    private static func path(of program: Program) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        // Debian keeps both where only root's PATH leads.
        return (folders + ["/usr/sbin"]).map { "\($0)/\(program.rawValue)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func nginx(_ directory: String, _ port: UInt16, _ instance: UInt16) -> String {
        """
        daemon off;
        master_process off;
        pid \(directory)/pid;
        error_log \(directory)/errors crit;
        events { worker_connections 512; }
        http {
            access_log off;
            client_max_body_size 0;
            large_client_header_buffers 4 32k;
            client_body_temp_path \(directory)/body;
            proxy_temp_path \(directory)/proxy;
            fastcgi_temp_path \(directory)/fastcgi;
            uwsgi_temp_path \(directory)/uwsgi;
            scgi_temp_path \(directory)/scgi;
            map $http_host $to { "" $host; default $http_host; }
            map $http_upgrade $upgrade { default ""; "~*^websocket$" $http_upgrade; }
            map $http_upgrade $hop { default ""; "~*^websocket$" upgrade; }
            upstream instance { server 127.0.0.1:\(instance) max_fails=0; keepalive 16; }
            server {
                listen 127.0.0.1:\(port);
                server_name default;
                location / {
                    proxy_pass http://instance;
                    proxy_http_version 1.1;
                    proxy_next_upstream off;
                    proxy_set_header Host $to;
                    proxy_set_header Upgrade $upgrade;
                    proxy_set_header Connection $hop;
                    proxy_set_header X-Forwarded-For $remote_addr;
                    proxy_set_header X-Forwarded-Proto $scheme;
                    proxy_set_header X-Forwarded-Host $to;
                    proxy_set_header X-Forwarded-Port $server_port;
                    proxy_set_header X-Real-IP $remote_addr;
                    proxy_set_header Forwarded "";
                }
            }
        }

        """
    }

    private static func haproxy(_ port: UInt16, _ instance: UInt16) -> String {
        """
        global
            nbthread 1
            tune.bufsize 65536
            tune.http.maxhdr 128
        defaults
            mode http
            retries 0
            http-reuse always
            timeout connect 3s
            timeout client 3s
            timeout server 3s
            timeout http-request 3s
        frontend clients
            bind 127.0.0.1:\(port)
            http-request del-header x-forwarded- -m beg
            http-request del-header x-real-ip
            http-request del-header forwarded
            http-request set-header X-Forwarded-For %[src]
            http-request set-header X-Forwarded-Proto http
            default_backend instances
        backend instances
            server instance 127.0.0.1:\(instance)

        """
    }
}
