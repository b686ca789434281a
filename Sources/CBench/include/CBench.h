#ifndef CBENCH_H
#define CBENCH_H

// The peers of the benchmark that must cost as little as C can: they are the limit that proxies are
// measured against. Loopback only. Ports are in host byte order; functions return -errno on failure.

#include <stdint.h>
#include <sys/types.h>

/// An HTTP/1.1 origin on 127.0.0.1, one thread, until a signal: 100 bytes at any path, 10 KiB at /10k, the
/// same in chunks at /chunked, 1 MiB at /1m; a request's body is swallowed. Every byte of a body is `mark`.
/// At /echo it upgrades to `echo`, which sends back what it gets; /served tells `requests N posts N`, and a
/// line feed: what it was asked at all other paths.
int cbench_origin(uint16_t port, char mark);

/// Copies bytes between clients at `port` and connections of their own to `upstream`, one thread, until a
/// signal. It reads no HTTP: epoll, recv and send are all that it does.
int cbench_forward(uint16_t port, uint16_t upstream);

/// The processors that this process may run on, ascending; returns how many of them were stored.
int cbench_processors(int *processors, int capacity);

/// Keeps the calling thread, and what it starts, on one processor.
int cbench_pin(int processor);

/// Becomes a program on one processor that ends with the thread that started it.
int cbench_become(int processor, char *const *arguments);

#endif
