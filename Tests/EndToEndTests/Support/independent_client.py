#!/usr/bin/env python3
"""A client of the service under test that shares no code with Cutover.

Sends requests on kept and on fresh connections and counts what becomes of each. One line of JSON ten times
a second and one at the end. Ends after --seconds or --requests, or as soon as its standard input closes.
"""

import argparse
import http.client
import json
import os
import select
import socket
import sys
import threading
import time


class Counts:
    def __init__(self):
        self.lock = threading.Lock()
        self.sent = 0
        self.answered = 0
        self.failures = {}
        self.releases = {}
        self.release_errors = {}
        self.samples = []
        self.slowest = 0.0

    def begin(self, limit):
        with self.lock:
            if self.sent >= limit:
                return False
            self.sent += 1
            return True

    def answer(self, release, status, seconds):
        with self.lock:
            self.answered += 1
            self.slowest = max(self.slowest, seconds)
            self.releases[release] = self.releases.get(release, 0) + 1
            if status >= 500:
                self.release_errors[release] = self.release_errors.get(release, 0) + 1

    def fail(self, kind, detail):
        with self.lock:
            self.failures[kind] = self.failures.get(kind, 0) + 1
            if len(self.samples) < 5:
                self.samples.append("%.3f %s: %s" % (time.time(), kind, detail))

    def line(self):
        with self.lock:
            return json.dumps({
                "sent": self.sent,
                "answered": self.answered,
                "failed": sum(self.failures.values()),
                "failures": self.failures,
                "releases": self.releases,
                "releaseErrors": self.release_errors,
                "samples": self.samples,
                "slowest": self.slowest,
            }, sort_keys=True)


class Worker(threading.Thread):
    """Sends one request after the other, at a pace, on one kind of connection."""

    def __init__(self, options, counts, ending, keeps, posts):
        super().__init__(daemon=True)
        self.options = options
        self.counts = counts
        self.ending = ending
        self.keeps = keeps
        self.posts = posts
        self.connection = None

    def run(self):
        pause = 1.0 / self.options.rate
        due = time.monotonic()
        while not self.ending.is_set() and self.counts.begin(self.options.requests):
            self.request()
            # After a stall the pace goes on from here: a backlog would be a burst of another load.
            due = max(due + pause, time.monotonic())
            self.ending.wait(max(0.0, due - time.monotonic()))

    def request(self):
        began = time.monotonic()
        reused = self.connection is not None
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(
                    "127.0.0.1", self.options.port, timeout=self.options.timeout)
            status, release, error = self.exchange()
        except ConnectionRefusedError as fault:
            return self.lost("refused", fault)
        except http.client.IncompleteRead as fault:
            return self.lost("cut short", fault)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError) as fault:
            return self.lost("reset", "%r on a %s connection" % (fault, "kept" if reused else "new"))
        except (socket.timeout, TimeoutError) as fault:
            return self.lost("timed out", fault)
        except (OSError, http.client.HTTPException) as fault:
            return self.lost("other", repr(fault))
        if error is not None:
            self.lost(error[0], error[1])
        else:
            self.counts.answer(release, status, time.monotonic() - began)
        if not self.keeps:
            self.close()

    def exchange(self):
        body = b"x" * 2000 if self.posts else None
        headers = {} if self.keeps else {"Connection": "close"}
        method, path = ("POST", self.options.post) if self.posts else ("GET", self.options.path)
        self.connection.request(method, path, body=body, headers=headers)
        response = self.connection.getresponse()
        content = response.read()
        release = response.headers.get(self.options.header)
        # Without the header of a release it is the proxy's answer, unless no release sends one.
        own = release is not None or self.options.header == "none"
        if response.status in (502, 503, 504) and not (own and self.options.header != "none"):
            return None, None, (str(response.status), content[:200].decode("latin-1"))
        if self.options.header == "none":
            if not 200 <= response.status < 300:
                return None, None, (str(response.status), content[:200].decode("latin-1"))
            release = content[:40].decode("latin-1").strip() if self.options.by_content else "any"
        if release is None:
            return None, None, ("no release", "status %d" % response.status)
        if self.posts and response.status == 200 and content != body:
            return None, None, ("wrong body", "%d bytes" % len(content))
        return response.status, release, None

    def lost(self, kind, detail):
        self.counts.fail(kind, str(detail))
        self.close()

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", default="/")
    parser.add_argument("--post", default="", help="path for POST; none are sent without it")
    parser.add_argument("--header", default="X-Release", help="names the release; 'none': no header")
    parser.add_argument("--by-content", action="store_true", help="the body names the release")
    parser.add_argument("--rate", type=float, default=12, help="per second and worker")
    parser.add_argument("--workers", type=int, default=2, help="of each kind")
    parser.add_argument("--fresh", action="store_true", help="no kept connections")
    parser.add_argument("--timeout", type=float, default=15)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--requests", type=int, default=40000)
    options = parser.parse_args()

    counts = Counts()
    ending = threading.Event()
    connections = (False,) if options.fresh else (True, False)
    kinds = [(keeps, False) for keeps in connections]
    if options.post:
        kinds += [(keeps, True) for keeps in connections]
    workers = [
        Worker(options, counts, ending, keeps, posts)
        for keeps, posts in kinds for _ in range(options.workers)
    ]
    for worker in workers:
        worker.start()
    deadline = time.monotonic() + options.seconds
    while time.monotonic() < deadline and any(worker.is_alive() for worker in workers):
        readable, _, _ = select.select([0], [], [], 0.1)
        if readable and os.read(0, 1024) == b"":
            break
        print(counts.line(), flush=True)
    ending.set()
    for worker in workers:
        worker.join(options.timeout + 1)
    print(counts.line(), flush=True)


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        sys.exit(0)
