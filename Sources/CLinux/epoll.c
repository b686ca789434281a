#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

_Static_assert(sizeof(struct clinux_event) == sizeof(struct epoll_event), "clinux_event's layout");
_Static_assert(
    offsetof(struct clinux_event, token) == offsetof(struct epoll_event, data), "clinux_event's layout");
_Static_assert(
    CLINUX_IN == (uint32_t)EPOLLIN && CLINUX_OUT == (uint32_t)EPOLLOUT
        && CLINUX_ERR == (uint32_t)EPOLLERR && CLINUX_HUP == (uint32_t)EPOLLHUP
        && CLINUX_RDHUP == (uint32_t)EPOLLRDHUP,
    "the bits of epoll");

int clinux_epoll_create(void) {
    int fd = epoll_create1(EPOLL_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static int control(int epoll, int operation, int fd, uint32_t events, int edge, uint64_t token) {
    struct epoll_event event = {.events = events | (edge ? EPOLLET : 0), .data.u64 = token};
    return epoll_ctl(epoll, operation, fd, &event) < 0 ? -errno : 0;
}

int clinux_epoll_add(int epoll, int fd, uint32_t events, int edge, uint64_t token) {
    return control(epoll, EPOLL_CTL_ADD, fd, events, edge, token);
}

int clinux_epoll_modify(int epoll, int fd, uint32_t events, int edge, uint64_t token) {
    return control(epoll, EPOLL_CTL_MOD, fd, events, edge, token);
}

int clinux_epoll_remove(int epoll, int fd) {
    return control(epoll, EPOLL_CTL_DEL, fd, 0, 0, 0);
}

int clinux_epoll_wait(int epoll, struct clinux_event *events, int capacity, int milliseconds) {
    int count = epoll_wait(epoll, (struct epoll_event *)events, capacity, milliseconds);
    if (count >= 0) return count;
    return errno == EINTR ? 0 : -errno;
}

int clinux_eventfd(void) {
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

void clinux_eventfd_signal(int fd) {
    // It fails only when the counter is full, and then the reader is awake anyway.
    (void)eventfd_write(fd, 1);
}

void clinux_eventfd_clear(int fd) {
    eventfd_t value;
    (void)eventfd_read(fd, &value);
}

static struct timespec now(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time;
}

uint64_t clinux_monotonic(void) {
    struct timespec time = now(CLOCK_MONOTONIC);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t clinux_monotonic_coarse(void) {
    struct timespec time = now(CLOCK_MONOTONIC_COARSE);
    return (uint64_t)time.tv_sec * 1000u + (uint64_t)time.tv_nsec / 1000000u;
}

uint64_t clinux_realtime(void) {
    struct timespec time = now(CLOCK_REALTIME);
    return (uint64_t)time.tv_sec * 1000u + (uint64_t)time.tv_nsec / 1000000u;
}
