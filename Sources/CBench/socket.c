#define _GNU_SOURCE
#include "socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in loopback(uint16_t port) {
    struct sockaddr_in name;
    memset(&name, 0, sizeof name);
    name.sin_family = AF_INET;
    name.sin_port = htons(port);
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return name;
}

static int stream(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -errno;
    int one = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);  // Accepted sockets inherit it.
    return fd;
}

static int closing(int fd) {
    int error = errno;
    close(fd);
    return -error;
}

int cbench_listen(uint16_t port) {
    int fd = stream();
    if (fd < 0) return fd;
    int one = 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in name = loopback(port);
    if (bind(fd, (struct sockaddr *)&name, sizeof name) < 0) return closing(fd);
    return listen(fd, 4096) < 0 ? closing(fd) : fd;
}

int cbench_accept(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int cbench_connect(uint16_t port) {
    int fd = stream();
    if (fd < 0) return fd;
    struct sockaddr_in name = loopback(port);
    int result = connect(fd, (struct sockaddr *)&name, sizeof name);
    return result < 0 && errno != EINPROGRESS ? closing(fd) : fd;
}

void cbench_spare_pacing(int fd) {
    static const char reno[] = "reno";
    (void)setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, reno, sizeof reno);
}

static int add(int epoll, int fd, uint32_t events, void *context) {
    struct epoll_event event = {.events = events, .data.ptr = context};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

int cbench_watch(int epoll, int fd, void *context) {
    return add(epoll, fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, context);
}

int cbench_watch_listener(int epoll, int fd) {
    return add(epoll, fd, EPOLLIN, NULL);
}
