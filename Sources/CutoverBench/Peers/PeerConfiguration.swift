import Glibc

/// The configurations under which nginx and HAProxy are measured: what an operator who wants speed
/// writes, one worker, connections to the origin kept, nothing logged.
enum PeerConfiguration {
    /// nginx, in the foreground; its files lie in `directory`.
    static func nginx(port: UInt16, origin: UInt16, directory: String) -> String {
        let places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(directory)/\($0);" }.joined(separator: " ")
        return """
            daemon off;
            \(geteuid() == 0 ? "user root;" : "")
            worker_processes 1;
            pid \(directory)/nginx.pid;
            error_log stderr;
            events { worker_connections 16000; multi_accept on; }
            http {
              access_log off;
              keepalive_requests 1000000000;
              \(places)
              upstream origin {
                server 127.0.0.1:\(origin);
                keepalive 4096;
                keepalive_requests 1000000000;
              }
              server {
                listen 127.0.0.1:\(port) reuseport backlog=4096;
                location / {
                  proxy_pass http://origin;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_set_header Host $host;
                  proxy_set_header X-Forwarded-For $remote_addr;
                  proxy_request_buffering off;
                }
              }
            }

            """
    }

    /// HAProxy, run with `-db`.
    static func haproxy(port: UInt16, origin: UInt16) -> String {
        """
        global
          nbthread 1
          maxconn 8000
        defaults
          mode http
          timeout client 60s
          timeout server 60s
          timeout connect 5s
          option forwardfor
          http-reuse always
        frontend front
          bind 127.0.0.1:\(port) backlog 4096
          default_backend origins
        backend origins
          server origin 127.0.0.1:\(origin)

        """
    }
}
