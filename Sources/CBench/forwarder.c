#define _GNU_SOURCE
#include "CBench.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "socket.h"

enum { scratchBytes = 131072, eventsMaximum = 512 };

struct pair;

/// One end of a pair: what was read from `fd` goes to the other one's.
struct half {
    int fd;
    struct half *other;
    struct pair *pair;
    char *kept;  // bytes that `fd` did not take, or NULL
    size_t start, end;
};

struct pair {
    struct half client, upstream;
    struct pair *next;
    bool isDead;
};

static char scratch[scratchBytes];
static struct pair *dead;

// An event of the same batch may still name the pair: it is freed behind the batch.
static void drop(struct pair *pair) {
    if (pair->isDead) return;
    pair->isDead = true;
    close(pair->client.fd);
    close(pair->upstream.fd);
    pair->next = dead;
    dead = pair;
}

static void bury(void) {
    while (dead) {
        struct pair *pair = dead;
        dead = pair->next;
        free(pair->client.kept);
        free(pair->upstream.kept);
        free(pair);
    }
}

/// Sends what `half` has kept; false when its peer is gone.
static bool flush(struct half *half) {
    while (half->kept && half->start < half->end) {
        ssize_t count = send(half->fd, half->kept + half->start, half->end - half->start, MSG_NOSIGNAL);
        if (count < 0) return errno == EAGAIN;
        half->start += (size_t)count;
    }
    free(half->kept);
    half->kept = NULL;
    return true;
}

static bool keep(struct half *half, const char *bytes, size_t count) {
    half->kept = malloc(count);
    if (!half->kept) return false;
    memcpy(half->kept, bytes, count);
    half->start = 0;
    half->end = count;
    return true;
}

/// Copies what has arrived at `half` to the other side; false when either is gone.
static bool pump(struct half *half) {
    while (!half->other->kept) {
        ssize_t count = recv(half->fd, scratch, scratchBytes, 0);
        if (count < 0) return errno == EAGAIN;
        if (count == 0) return false;
        ssize_t sent = send(half->other->fd, scratch, (size_t)count, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) return false;
        if (sent < 0) sent = 0;
        if (sent < count) return keep(half->other, scratch + sent, (size_t)(count - sent));
        if (count < scratchBytes) return true;
    }
    return true;
}

static void greet(int epoll, int listener, uint16_t port) {
    for (int fd; (fd = cbench_accept(listener)) >= 0;) {
        struct pair *pair = calloc(1, sizeof *pair);
        if (!pair) abort();
        pair->client.fd = fd;
        pair->upstream.fd = cbench_connect(port);
        cbench_spare_pacing(pair->upstream.fd);
        pair->client.other = &pair->upstream;
        pair->upstream.other = &pair->client;
        pair->client.pair = pair->upstream.pair = pair;
        if (pair->upstream.fd < 0 || cbench_watch(epoll, fd, &pair->client) < 0
            || cbench_watch(epoll, pair->upstream.fd, &pair->upstream) < 0)
            drop(pair);
    }
}

int cbench_forward(uint16_t port, uint16_t upstream) {
    int listener = cbench_listen(port);
    if (listener < 0) return listener;
    cbench_spare_pacing(listener);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) return -errno;
    int failure = cbench_watch_listener(epoll, listener);
    if (failure < 0) return failure;
    struct epoll_event events[eventsMaximum];
    for (;;) {
        int count = epoll_wait(epoll, events, eventsMaximum, -1);
        for (int index = 0; index < count; index++) {
            struct half *half = events[index].data.ptr;
            if (!half) {
                greet(epoll, listener, upstream);
                continue;
            }
            struct pair *pair = half->pair;
            if (pair->isDead) continue;
            bool lives = true;
            if (half->kept && events[index].events & EPOLLOUT)
                lives = flush(half) && (half->kept || pump(half->other));
            if (lives && events[index].events & ~(uint32_t)EPOLLOUT) lives = pump(half);
            if (!lives) drop(pair);
        }
        bury();
    }
}
