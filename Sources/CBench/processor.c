#define _GNU_SOURCE
#include "CBench.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

int cbench_processors(int *processors, int capacity) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) < 0) return -errno;
    int count = 0;
    for (int index = 0; index < CPU_SETSIZE && count < capacity; index++)
        if (CPU_ISSET(index, &set)) processors[count++] = index;
    return count;
}

int cbench_pin(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    return sched_setaffinity(0, sizeof set, &set) < 0 ? -errno : 0;
}

int cbench_become(int processor, char *const *arguments) {
    int failure = cbench_pin(processor);
    if (failure < 0) return failure;
    // Also when the benchmark is killed nothing of it stays.
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0) return -errno;
    sigset_t none;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    execvp(arguments[0], arguments);
    return -errno;
}
