#define _GNU_SOURCE
#include "CBench.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "socket.h"

enum { inputBytes = 16384, scratchBytes = 131072, eventsMaximum = 512, tenKibibytes = 10240 };

/// A whole response; the second one of a pair says `Connection: close`.
struct answer {
    char *bytes;
    size_t count;
};

static struct answer small[2], ten[2], chunked[2], large[2];
static char switchingHead[] = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";
static struct answer switching = {switchingHead, sizeof switchingHead - 1};
static char scratch[scratchBytes];

/// What was asked of this origin at any path but /served, which tells it.
static unsigned long requests, posts;

struct connection {
    int fd;
    bool closes;
    bool echoes;                  // upgraded: what comes goes back
    size_t have;                  // bytes in `input`
    size_t skip;                  // bytes of a request's body that are still to come
    const struct answer *answer;  // what is being sent, or NULL
    size_t sent;                  // bytes of it, or of the echo in `input`
    char input[inputBytes];
    struct answer own;  // an answer for this connection alone, in `text`
    char text[256];
};

static void make(struct answer *pair, size_t count, char mark, size_t chunk) {
    for (int closes = 0; closes < 2; closes++) {
        struct answer *answer = &pair[closes];
        answer->bytes = malloc(count + count / (chunk ? chunk : count) * 16 + 256);
        if (!answer->bytes) abort();
        char *end = answer->bytes;
        end += sprintf(end, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n");
        if (closes) end += sprintf(end, "Connection: close\r\n");
        if (chunk) end += sprintf(end, "Transfer-Encoding: chunked\r\n\r\n");
        else end += sprintf(end, "Content-Length: %zu\r\n\r\n", count);
        for (size_t left = count; left > 0;) {
            size_t piece = chunk && chunk < left ? chunk : left;
            if (chunk) end += sprintf(end, "%zx\r\n", piece);
            memset(end, mark, piece);
            end += piece;
            if (chunk) end += sprintf(end, "\r\n");
            left -= piece;
        }
        if (chunk) end += sprintf(end, "0\r\n\r\n");
        answer->count = (size_t)(end - answer->bytes);
    }
}

static void drop(struct connection *connection) {
    close(connection->fd);
    free(connection);
}

/// Answers with what was counted.
static void tell(struct connection *connection) {
    char line[64];
    int length = sprintf(line, "requests %lu posts %lu\n", requests, posts);
    int count = sprintf(
        connection->text, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n%sContent-Length: %d\r\n\r\n%s",
        connection->closes ? "Connection: close\r\n" : "", length, line);
    connection->own = (struct answer){connection->text, (size_t)count};
    connection->answer = &connection->own;
}

static bool asksForEcho(const char *head, const char *end) {
    static const char line[] = "\r\nUpgrade: echo\r\n";
    return memmem(head, (size_t)(end - head), line, sizeof line - 1) != NULL;
}

/// Takes a head at the front of the input: what to answer, and whether and how much of a body follows.
static void take(struct connection *connection, const char *end) {
    const char *line = memchr(connection->input, ' ', (size_t)(end - connection->input));
    const char *path = line ? line + 1 : connection->input;
    struct answer *pair = small;
    bool tells = false, isPost = strncmp(connection->input, "POST ", 5) == 0;
    if (strncmp(path, "/10k", 4) == 0) pair = ten;
    else if (strncmp(path, "/chunked", 8) == 0) pair = chunked;
    else if (strncmp(path, "/1m", 3) == 0) pair = large;
    else if (strncmp(path, "/echo", 5) == 0) connection->echoes = asksForEcho(path, end);
    else if (strncmp(path, "/served", 7) == 0) tells = true;
    size_t length = 0;
    while ((line = memchr(line, '\n', (size_t)(end - line))) && ++line < end) {
        if ((*line | 0x20) != 'c') continue;
        if (strncasecmp(line, "content-length:", 15) == 0) length = strtoul(line + 15, NULL, 10);
        if (strncasecmp(line, "connection: close", 17) == 0) connection->closes = true;
    }
    size_t used = (size_t)(end - connection->input);
    connection->have -= used;
    memmove(connection->input, end, connection->have);
    connection->skip = length;
    connection->answer = connection->echoes ? &switching : &pair[connection->closes];
    connection->sent = 0;
    if (tells) {
        tell(connection);
    } else {
        requests++;
        posts += isPost;
    }
}

/// Whether all of the answer is out; -1 when the peer is gone.
static int flush(struct connection *connection) {
    const struct answer *answer = connection->answer;
    while (connection->sent < answer->count) {
        ssize_t count = send(
            connection->fd, answer->bytes + connection->sent, answer->count - connection->sent,
            MSG_NOSIGNAL);
        if (count < 0) return errno == EAGAIN ? 0 : -1;
        connection->sent += (size_t)count;
    }
    connection->answer = NULL;
    connection->sent = 0;
    return 1;
}

/// Sends back what has come, and reads no more before that is out; false when the peer is gone.
static bool echo(struct connection *connection) {
    for (;;) {
        while (connection->sent < connection->have) {
            ssize_t count = send(
                connection->fd, connection->input + connection->sent,
                connection->have - connection->sent, MSG_NOSIGNAL);
            if (count < 0) return errno == EAGAIN;
            connection->sent += (size_t)count;
        }
        connection->sent = connection->have = 0;
        ssize_t count = recv(connection->fd, connection->input, inputBytes, 0);
        if (count < 0) return errno == EAGAIN;
        if (count == 0) return false;
        connection->have = (size_t)count;
    }
}

/// Goes on with a connection as far as it can; false when it is over.
static bool serve(struct connection *connection) {
    if (connection->echoes && !connection->answer) return echo(connection);
    for (;;) {
        if (connection->skip > 0 && connection->have > 0) {
            size_t taken = connection->skip < connection->have ? connection->skip : connection->have;
            connection->skip -= taken;
            connection->have -= taken;
            memmove(connection->input, connection->input + taken, connection->have);
        }
        if (connection->skip == 0 && connection->answer) {
            int result = flush(connection);
            if (result <= 0) return result == 0;
            if (connection->closes) return false;
            if (connection->echoes) return echo(connection);
        }
        char *end = NULL;
        if (connection->skip == 0 && connection->have > 0) {
            end = memmem(connection->input, connection->have, "\r\n\r\n", 4);
            if (end) {
                take(connection, end + 4);
                continue;
            }
        }
        bool isBody = connection->skip > 0;
        char *target = isBody ? scratch : connection->input + connection->have;
        size_t room = inputBytes - connection->have;
        if (isBody) room = connection->skip < scratchBytes ? connection->skip : scratchBytes;
        if (room == 0) return false;
        ssize_t count = recv(connection->fd, target, room, 0);
        if (count < 0) return errno == EAGAIN;
        if (count == 0) return false;
        if (isBody) connection->skip -= (size_t)count;
        else connection->have += (size_t)count;
    }
}

static void greet(int epoll, int listener) {
    for (int fd; (fd = cbench_accept(listener)) >= 0;) {
        struct connection *connection = malloc(sizeof *connection);
        if (!connection) abort();
        memset(connection, 0, offsetof(struct connection, input));
        connection->fd = fd;
        if (cbench_watch(epoll, fd, connection) < 0) drop(connection);
    }
}

int cbench_origin(uint16_t port, char mark) {
    make(small, 100, mark, 0);
    make(ten, tenKibibytes, mark, 0);
    make(chunked, tenKibibytes, mark, 2560);
    make(large, 1 << 20, mark, 0);
    int listener = cbench_listen(port);
    if (listener < 0) return listener;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0) return -errno;
    int failure = cbench_watch_listener(epoll, listener);
    if (failure < 0) return failure;
    struct epoll_event events[eventsMaximum];
    for (;;) {
        int count = epoll_wait(epoll, events, eventsMaximum, -1);
        for (int index = 0; index < count; index++) {
            struct connection *connection = events[index].data.ptr;
            if (!connection) greet(epoll, listener);
            else if (!serve(connection)) drop(connection);
        }
    }
}
