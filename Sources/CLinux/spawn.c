#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// A new process in two steps. The fork makes it, with a process ID that can be recorded; a byte
// through the gate makes it run its program. Between the two the parent may die: then the gate is
// closed, and the child ends without having run anything.
//
// The parent has threads, so the child calls only async-signal-safe functions (signal-safety(7)).

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

enum { gateDescriptor = 3, reportDescriptor = 4, firstForeignDescriptor = 5 };

struct report {
    int step;
    int error;
};

static _Noreturn void fail(int step) {
    struct report report = {step, errno};
    ssize_t written = write(reportDescriptor, &report, sizeof report);
    (void)written;
    _exit(127);
}

/// Puts a descriptor at its place.
static int place(int from, int to, int closeOnExec) {
    return dup3(from, to, closeOnExec ? O_CLOEXEC : 0);
}

static void closeFrom(unsigned first) {
    if (syscall(SYS_close_range, first, ~0u, 0) == 0) return;
    // Kernels before 5.9.
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit < 0 || limit > 65536) limit = 65536;
    for (long fd = first; fd < limit; fd += 1) close((int)fd);
}

static _Noreturn void child(const struct clinux_program *program, int gate, int report) {
    // Handlers of the parent are not the program's. Ignored signals would stay ignored, so all are
    // reset.
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number += 1) sigaction(number, &standard, NULL);

    // Above every place that is filled below, so that none is overwritten before it was copied.
    int output = fcntl(program->output, F_DUPFD, firstForeignDescriptor);
    gate = fcntl(gate, F_DUPFD, firstForeignDescriptor);
    report = fcntl(report, F_DUPFD, firstForeignDescriptor);
    int input = program->input < 0 ? open("/dev/null", O_RDONLY) : program->input;
    input = fcntl(input, F_DUPFD, firstForeignDescriptor);
    if (place(report, reportDescriptor, 1) < 0) _exit(127);
    if (input < 0 || output < 0 || gate < 0) fail(CLINUX_SPAWN_DESCRIPTORS);
    if (place(input, 0, 0) < 0) fail(CLINUX_SPAWN_DESCRIPTORS);
    if (place(output, 1, 0) < 0 || place(output, 2, 0) < 0) fail(CLINUX_SPAWN_DESCRIPTORS);
    if (place(gate, gateDescriptor, 1) < 0) fail(CLINUX_SPAWN_DESCRIPTORS);
    // At once: a gate of another child that stayed open here would outlive its parent.
    closeFrom(firstForeignDescriptor);
    setsid();

    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);

    char byte;
    ssize_t count;
    do {
        count = read(gateDescriptor, &byte, 1);
    } while (count < 0 && errno == EINTR);
    if (count != 1) _exit(0);

    if (chdir(program->directory) < 0) fail(CLINUX_SPAWN_DIRECTORY);
    execve(program->path, program->arguments, program->environment);
    fail(CLINUX_SPAWN_EXECUTE);
}

int clinux_spawn_held(const struct clinux_program *program, struct clinux_held *held) {
    int gate[2], report[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gate) < 0) return -errno;
    if (pipe2(report, O_CLOEXEC) < 0) {
        int error = errno;
        close(gate[0]);
        close(gate[1]);
        return -error;
    }
    // No handler of the parent may run in the child before it is reset there.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pid_t pid = fork();
    int error = errno;
    if (pid == 0) child(program, gate[0], report[1]);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(gate[0]);
    close(report[1]);
    if (pid < 0) {
        close(gate[1]);
        close(report[0]);
        return -error;
    }
    *held = (struct clinux_held){pid, gate[1], report[0]};
    return 0;
}

int clinux_release(struct clinux_held *held, int milliseconds, int *step) {
    // A child that was killed at its gate must not raise SIGPIPE here.
    int error = send(held->gate, "", 1, MSG_NOSIGNAL) == 1 ? 0 : errno;

    struct report report = {0, error};
    struct pollfd entry = {.fd = held->report, .events = POLLIN};
    int ready = 1;
    if (!error) {
        do {
            ready = poll(&entry, 1, milliseconds);
        } while (ready < 0 && errno == EINTR);
    }
    if (ready == 0) {
        report.error = ETIMEDOUT;
    } else if (!error) {
        ssize_t count;
        do {
            count = read(held->report, &report, sizeof report);
        } while (count < 0 && errno == EINTR);
        // The end without a report says that exec closed the pipe: the program runs.
        if (count != sizeof report) report = (struct report){0, 0};
    }
    close(held->gate);
    close(held->report);
    *step = report.step;
    return -report.error;
}

void clinux_discard(struct clinux_held *held) {
    close(held->gate);
    close(held->report);
}

int clinux_pidfd_is_over(int pidfd) {
    struct pollfd entry = {.fd = pidfd, .events = POLLIN};
    return poll(&entry, 1, 0) > 0 && (entry.revents & POLLIN) != 0;
}

int clinux_pipe(int *reader, int *writer) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    *reader = ends[0];
    *writer = ends[1];
    return 0;
}
