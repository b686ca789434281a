#ifndef CBENCH_SOCKET_H
#define CBENCH_SOCKET_H

#include <stdint.h>

/// A non-blocking listener on 127.0.0.1, or -errno.
int cbench_listen(uint16_t port);

/// The next connection that waits, or -errno.
int cbench_accept(int listener);

/// A connection to 127.0.0.1 that may still be in progress, or -errno.
int cbench_connect(uint16_t port);

/// Frees a connection, or those that a listener accepts, from the pacing of a system's default, as
/// the proxy does on loopback.
void cbench_spare_pacing(int fd);

/// Registers a descriptor for both directions, edge-triggered, or a listener, level-triggered.
int cbench_watch(int epoll, int fd, void *context);
int cbench_watch_listener(int epoll, int fd);

#endif
