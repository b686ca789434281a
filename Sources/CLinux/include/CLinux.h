#ifndef CLINUX_H
#define CLINUX_H

// Linux calls that Swift cannot make itself: variadic ones, ones that Glibc's module does not export, and
// ones whose types exist only under _GNU_SOURCE. That macro stays in the .c files: in a header it breaks
// debug builds of every Swift module that imports both this one and Glibc.
//
// Functions that can fail return -errno and never touch errno's meaning for the caller.

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// MARK: epoll

/// The kernel's epoll_event, which is packed on x86-64 only.
struct clinux_event {
    uint32_t events;
    uint64_t token;
}
#if defined(__x86_64__)
__attribute__((packed))
#endif
;

#define CLINUX_IN 0x001u
#define CLINUX_OUT 0x004u
#define CLINUX_ERR 0x008u
#define CLINUX_HUP 0x010u
#define CLINUX_RDHUP 0x2000u

int clinux_epoll_create(void);

/// Registers `fd` for the first time; `edge` is 1 for edge-triggered.
int clinux_epoll_add(int epoll, int fd, uint32_t events, int edge, uint64_t token);

/// Changes what a registered `fd` waits for.
int clinux_epoll_modify(int epoll, int fd, uint32_t events, int edge, uint64_t token);

int clinux_epoll_remove(int epoll, int fd);

/// Waits at most `milliseconds` (-1: for ever); returns the number of events, 0 when interrupted.
int clinux_epoll_wait(int epoll, struct clinux_event *events, int capacity, int milliseconds);

// MARK: wake-ups and clocks

int clinux_eventfd(void);
void clinux_eventfd_signal(int fd);
void clinux_eventfd_clear(int fd);

/// CLOCK_MONOTONIC in nanoseconds.
uint64_t clinux_monotonic(void);

/// CLOCK_MONOTONIC_COARSE in milliseconds: a few nanoseconds to read, a few milliseconds behind.
uint64_t clinux_monotonic_coarse(void);

/// CLOCK_REALTIME in milliseconds since 1970.
uint64_t clinux_realtime(void);

// MARK: sockets, all non-blocking and close-on-exec; addresses and ports in host byte order

/// A TCP listener; `shared` is 1 for SO_REUSEPORT. What it accepts on a loopback address has the
/// congestion control reno, elsewhere the system's.
int clinux_listen_ipv4(uint32_t address, uint16_t port, int shared);

/// Has a TCP listener give out a connection when its first bytes are there, or after a second
/// (tcp(7), TCP_DEFER_ACCEPT).
void clinux_defer_accept(int listener);

/// A Unix listener that is created with mode 0600.
int clinux_listen_unix(const char *path);

/// The local port of a socket.
int clinux_local_port(int fd);

/// Accepts one connection and stores its peer's address (0 for a Unix socket).
int clinux_accept(int listener, uint32_t *address);

/// Starts a connection: stores the descriptor; returns 0 when connected, 1 while it is in progress.
/// To a loopback address it has the congestion control reno.
int clinux_connect_ipv4(uint32_t address, uint16_t port, int *fd);
int clinux_connect_unix(const char *path, int *fd);

/// The pending error of a socket as a positive errno, 0 for none.
int clinux_socket_error(int fd);

ssize_t clinux_receive(int fd, void *buffer, size_t count);

/// Looks at the next byte and leaves it: 1, 0 at the end, -EAGAIN when nothing is there.
ssize_t clinux_peek(int fd);

ssize_t clinux_send(int fd, const void *bytes, size_t count);

/// A non-blocking pipe that asks for room for `bytes`; stores both ends and returns the room that it has.
int clinux_splice_pipe(int *reader, int *writer, int bytes);

/// Moves at most `count` bytes between a pipe and a socket without a copy to user space; returns how many.
ssize_t clinux_splice(int from, int to, size_t count);

/// Ends the sending direction.
void clinux_shutdown_send(int fd);

/// Makes close() reset the connection, so that what was sent can never look complete.
void clinux_reset_on_close(int fd);

/// The user ID of the process at the other end of a Unix socket.
int clinux_peer_user(int fd, uint32_t *user);

/// The local address of an IPv4 socket.
int clinux_local_address(int fd, uint32_t *address, uint16_t *port);

/// Whether a socket still listens: not after a shutdown(2), by whichever of its owners.
int clinux_is_listening(int fd);

/// Another descriptor of the same socket.
int clinux_duplicate(int fd);

/// Sends one byte over a Unix socket, with a descriptor unless that is -1. Never waits: -EAGAIN.
int clinux_send_descriptor(int fd, uint8_t byte, int descriptor);

/// Receives one byte: returns 1, or 0 at the end. Stores the descriptor that came with it, or -1.
/// Never waits: -EAGAIN.
int clinux_receive_descriptor(int fd, uint8_t *byte, int *descriptor);

// MARK: processes

int clinux_pidfd_open(pid_t pid);
int clinux_pidfd_send_signal(int pidfd, int signal);

/// How a child ended.
struct clinux_exit {
    int32_t hasExited;  // 0 while it runs
    int32_t code;       // its exit status, or the signal that ended it
    int32_t signalled;  // 1 when `code` is a signal
};

/// Reaps the child behind a pidfd without blocking.
int clinux_pidfd_reap(int pidfd, struct clinux_exit *result);

/// A pipe with both ends closed on exec, the reading one non-blocking.
int clinux_pipe(int *reader, int *writer);

/// A program to start in a session of its own, away from the terminal. Pointers must live for the
/// call.
struct clinux_program {
    const char *path;  // absolute
    char *const *arguments;
    char *const *environment;
    const char *directory;
    int input;   // becomes descriptor 0; -1 stands for /dev/null
    int output;  // becomes descriptors 1 and 2; all others are closed
};

/// A process that exists but does not run its program yet.
struct clinux_held {
    pid_t pid;
    int gate;    // closed without a release, as by the end of this process, it ends the child
    int report;  // for clinux_release
};

/// Forks a child that waits at its gate.
int clinux_spawn_held(const struct clinux_program *program, struct clinux_held *held);

/// What a child was doing when it could not run its program.
#define CLINUX_SPAWN_DIRECTORY 1
#define CLINUX_SPAWN_DESCRIPTORS 2
#define CLINUX_SPAWN_EXECUTE 3

/// Lets the child run its program and closes both descriptors. Blocks until it runs, or returns
/// -errno with the step that failed; then the child ends by itself and is to be reaped. After
/// `milliseconds` returns -ETIMEDOUT with step 0: the child hangs, and is to be killed.
int clinux_release(struct clinux_held *held, int milliseconds, int *step);

/// Ends the child before it ran anything, and closes both descriptors; it is to be reaped.
void clinux_discard(struct clinux_held *held);

/// Whether the process behind a pidfd is over, reaped or not: 1 or 0.
int clinux_pidfd_is_over(int pidfd);

/// Raises the soft limit of descriptors to the hard one; returns the limit that holds then.
uint64_t clinux_raise_descriptor_limit(void);

/// The ID and the group of a user; -ENOENT when there is none of that name.
int clinux_find_user(const char *name, uint32_t *user, uint32_t *group);

/// Gives up root for a user, for good, but for the right to listen on ports below 1024. Call it
/// before any other thread is started: capabilities are each thread's own.
int clinux_become_user(const char *name, uint32_t user, uint32_t group);

/// Names the calling thread in lists of processes, the process too on its first thread.
void clinux_name_thread(const char *name);

/// Has the scheduler run the calling thread in slices of that length, and so sooner after it wakes
/// beside threads that have much to do; its share of the processor stays. Threads that it starts
/// have slices as ever. -EINVAL where the thread is not scheduled by shares; kernels before 6.12
/// ignore the length.
int clinux_shorten_slice(uint64_t nanoseconds);

/// Starts a thread that runs `body(context)`, with every signal blocked.
int clinux_thread_start(void (*body)(void *), void *context);

#endif
