#define _GNU_SOURCE

#include "rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "CTerminal.h"

// A signal that ends the program counts as ignored by it when it took no notice for so long; the next
// one of its kind then ends it at once. Two within a moment are ordinary: a hangup reaches a program
// from the terminal and from its shell.
enum { patience_seconds = 2 };

static struct {
    volatile sig_atomic_t armed;
    pid_t process;
    int input;
    int output;
    int has_modes;
    struct termios modes;
    char reset[512];
    size_t length;
} rescue;

static int saved_errors = -1;
static int signal_pipe[2] = {-1, -1};
static int wake_pipe[2] = {-1, -1};

// MARK: - Giving the terminal back

void ct_rescue_arm(int output, const char *reset, size_t length) {
    rescue.process = getpid();
    rescue.output = output;
    rescue.length = length < sizeof rescue.reset ? length : sizeof rescue.reset;
    memcpy(rescue.reset, reset, rescue.length);
    rescue.armed = 1;
}

int ct_rescue_is_armed(void) { return rescue.armed; }

void ct_write_all(int descriptor, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t written = write(descriptor, bytes, length);
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        } else if (written < 0 && errno == EAGAIN) {
            struct pollfd room = {.fd = descriptor, .events = POLLOUT};
            if (poll(&room, 1, 200) <= 0) return;
        } else if (written == 0 || errno != EINTR) {
            return;
        }
    }
}

void ct_resume_output(int output) {
    // Linux lets TCOON undo a Ctrl-S only after TCOOFF.
    tcflow(output, TCOOFF);
    tcflow(output, TCOON);
}

// Calls nothing of curses, which may be in the middle of something.
void ct_rescue_terminal(void) {
    if (!rescue.armed || rescue.process != getpid()) return;
    rescue.armed = 0;
    ct_resume_output(rescue.output);
    int flags = fcntl(rescue.output, F_GETFL);
    fcntl(rescue.output, F_SETFL, flags | O_NONBLOCK);
    ct_write_all(rescue.output, rescue.reset, rescue.length);
    fcntl(rescue.output, F_SETFL, flags);
    if (rescue.has_modes) tcsetattr(rescue.input, TCSANOW, &rescue.modes);
    if (saved_errors >= 0) dup2(saved_errors, STDERR_FILENO);
}

void ct_redirect_errors(const char *path) {
    if (saved_errors >= 0) return;
    int file = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
    if (file < 0) file = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    saved_errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    dup2(file, STDERR_FILENO);
    close(file);
}

static void restore_errors(void) {
    if (saved_errors < 0) return;
    dup2(saved_errors, STDERR_FILENO);
    close(saved_errors);
    saved_errors = -1;
}

// MARK: - Signals

static const struct {
    int number;
    int meaning;
} watched[] = {
    {SIGWINCH, CT_SIGNAL_RESIZE},   {SIGTSTP, CT_SIGNAL_STOP},      {SIGCONT, CT_SIGNAL_CONTINUE},
    {SIGINT, CT_SIGNAL_INTERRUPT}, {SIGTERM, CT_SIGNAL_TERMINATE}, {SIGHUP, CT_SIGNAL_HANGUP},
};
enum { watched_count = sizeof watched / sizeof watched[0] };

static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGSYS, SIGQUIT};
enum { fatal_count = sizeof fatal / sizeof fatal[0] };

static struct sigaction watched_before[watched_count];
static struct sigaction fatal_before[fatal_count];
static int installed;
static int is_hung_up;

// When the oldest signal of its kind came that nobody has taken note of, in seconds; 0 for none.
static volatile sig_atomic_t waiting_since[watched_count];

static int hangup_index(void) {
    int index = 0;
    while (watched[index].number != SIGHUP) index++;
    return index;
}

static sig_atomic_t seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (sig_atomic_t)now.tv_sec + 1;
}

static int ends_the_program(int signal) { return signal == SIGTERM || signal == SIGHUP; }

static void on_watched(int signal) {
    int error = errno;
    for (int i = 0; i < watched_count; i++) {
        if (watched[i].number != signal) continue;
        sig_atomic_t now = seconds_now();
        if (!waiting_since[i]) {
            waiting_since[i] = now;
        } else if (ends_the_program(signal) && now - waiting_since[i] >= patience_seconds) {
            ct_rescue_terminal();
            sigaction(signal, &watched_before[i], NULL);
            raise(signal);
        }
        char meaning = (char)watched[i].meaning;
        // A full pipe holds enough of them.
        if (write(signal_pipe[1], &meaning, 1) < 0) break;
    }
    errno = error;
}

// Resets the terminal, then lets happen what would have happened: Swift's backtrace, a core, the end.
static void on_fatal(int signal, siginfo_t *cause, void *context) {
    (void)context;
    ct_rescue_terminal();
    for (int i = 0; i < fatal_count; i++) {
        if (fatal[i] == signal) sigaction(signal, &fatal_before[i], NULL);
    }
    // A fault of the processor comes again on return, with its address. A breakpoint does not on every
    // processor, and a signal that somebody sent never does.
    int is_fault = cause->si_code > 0 && signal != SIGTRAP && signal != SIGABRT;
    if (!is_fault) raise(signal);
}

static void open_pipe(int ends[2]) {
    if (ends[0] >= 0) return;
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) ends[0] = ends[1] = -1;
}

// A handler on the ordinary stack cannot run when that stack has overflowed.
static void provide_signal_stack(void) {
    static char space[64 * 1024];
    stack_t stack;
    if (sigaltstack(NULL, &stack) != 0 || !(stack.ss_flags & SS_DISABLE)) return;
    memset(&stack, 0, sizeof stack);
    stack.ss_sp = space;
    stack.ss_size = sizeof space;
    sigaltstack(&stack, NULL);
}

// Before newterm: curses installs handlers of its own where the disposition is the default, and those
// end the program at once.
static void install_handlers(void) {
    static int has_exit_hook;
    if (installed) return;
    provide_signal_stack();
    is_hung_up = 0;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    sigfillset(&action.sa_mask);
    action.sa_flags = SA_RESTART | SA_ONSTACK;
    action.sa_handler = on_watched;
    for (int i = 0; i < watched_count; i++) {
        waiting_since[i] = 0;
        sigaction(watched[i].number, NULL, &watched_before[i]);
        // What nohup or a shell without job control ignores stays ignored.
        if (watched_before[i].sa_handler == SIG_IGN && watched[i].number != SIGWINCH) continue;
        sigaction(watched[i].number, &action, NULL);
    }
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    action.sa_sigaction = on_fatal;
    for (int i = 0; i < fatal_count; i++) sigaction(fatal[i], &action, &fatal_before[i]);
    if (!has_exit_hook) has_exit_hook = atexit(ct_rescue_terminal) == 0;
    installed = 1;
}

void ct_note_hangup(void) { is_hung_up = 1; }

static void restore_handlers(void) {
    if (!installed) return;
    // The terminal is gone, and what is left to do must not end with the next SIGHUP: a shell sends
    // it once more to its jobs.
    if (is_hung_up) watched_before[hangup_index()].sa_handler = SIG_IGN;
    for (int i = 0; i < watched_count; i++) sigaction(watched[i].number, &watched_before[i], NULL);
    for (int i = 0; i < fatal_count; i++) sigaction(fatal[i], &fatal_before[i], NULL);
    installed = 0;
}

int ct_next_signal(void) {
    char meaning;
    while (read(signal_pipe[0], &meaning, 1) == 1) {
        int is_first = 0;
        for (int i = 0; i < watched_count; i++) {
            if (watched[i].meaning != meaning) continue;
            is_first = waiting_since[i] != 0;
            waiting_since[i] = 0;
        }
        // Several of a kind before anybody looked count once.
        if (meaning == CT_SIGNAL_HANGUP) ct_note_hangup();
        if (is_first) return meaning;
    }
    return CT_SIGNAL_NONE;
}

// Stops with the default action for SIGTSTP. It has no effect in an orphaned process group, such as a
// pane without a shell, where SIGSTOP would stop the process for ever.
void ct_stop_process(void) {
    struct sigaction action;
    struct sigaction on_stop;
    struct sigaction on_continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigaction(SIGTSTP, &action, &on_stop);
    sigaction(SIGCONT, &action, &on_continue);
    sigset_t stop;
    sigset_t before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &stop, &before);
    // To this thread: the process has stopped and continued by the time that raise returns.
    raise(SIGTSTP);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    sigaction(SIGCONT, &on_continue, NULL);
    sigaction(SIGTSTP, &on_stop, NULL);
}

int ct_signal_descriptor(void) { return signal_pipe[0]; }

// MARK: - Waking

int ct_wake_descriptor(void) { return wake_pipe[0]; }

void ct_wake(void) {
    int error = errno;
    // A full pipe wakes as well as one more byte.
    if (write(wake_pipe[1], "w", 1) < 0) errno = error;
}

void ct_drain_wake(void) {
    char bytes[256];
    while (read(wake_pipe[0], bytes, sizeof bytes) > 0) continue;
}

// MARK: - In order

void ct_rescue_prepare(int input, int signals) {
    rescue.input = input;
    rescue.has_modes = tcgetattr(input, &rescue.modes) == 0;
    open_pipe(signal_pipe);
    open_pipe(wake_pipe);
    if (signals) install_handlers();
}

void ct_rescue_end(void) {
    rescue.armed = 0;
    restore_handlers();
    restore_errors();
}
