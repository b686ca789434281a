#!/usr/bin/env python3
"""A service that is not ours: answers with its release, and holds requests to /hold?SECONDS for so long.

Usage: slow_service.py PORT RELEASE, or slow_service.py /SOCKET RELEASE
"""

import http.server
import socketserver
import sys
import time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path.startswith("/hold?"):
            time.sleep(min(float(self.path[6:]), 60))
        self.answer((sys.argv[2] + "\n").encode())

    def do_POST(self):
        self.answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def answer(self, body):
        self.send_response(200)
        self.send_header("X-Release", sys.argv[2])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    # The default of 5 is less than the connections that may come at once.
    request_queue_size = 128


class SocketServer(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128


if sys.argv[1].startswith("/"):
    server = SocketServer(sys.argv[1], Handler)
else:
    server = Server(("127.0.0.1", int(sys.argv[1])), Handler)
server.serve_forever()
