// The keyboard by curses, and waiting for whatever comes first.

#define _GNU_SOURCE

#include <poll.h>
#include <sys/ioctl.h>

#include "CTerminal.h"
#include "rescue.h"
#include "screen.h"

// MARK: - Waiting

int ct_wait(int milliseconds, int input, int output) {
    struct pollfd ends[] = {
        {.fd = ct_signal_descriptor(), .events = POLLIN},
        {.fd = ct_wake_descriptor(), .events = POLLIN},
        {.fd = input ? fileno(open_screen.in) : -1, .events = POLLIN},
        {.fd = output ? fileno(open_screen.out) : -1, .events = POLLOUT},
    };
    // After EINTR there is a byte in the signal pipe, which the caller's next wait finds.
    if (poll(ends, 4, milliseconds) < 0) return CT_READY_SIGNAL;
    int ready = 0;
    if (ends[0].revents) ready |= CT_READY_SIGNAL;
    if (ends[1].revents) {
        ct_drain_wake();
        ready |= CT_READY_WAKE;
    }
    if (ends[2].revents & POLLIN) {
        int bytes = 0;
        // Readable with nothing to read is the end.
        int has_bytes = ioctl(ends[2].fd, FIONREAD, &bytes) == 0 && bytes > 0;
        ready |= has_bytes ? CT_READY_INPUT : CT_READY_HANGUP;
    }
    if (ends[2].revents & (POLLHUP | POLLERR | POLLNVAL)) ready |= CT_READY_HANGUP;
    if (ends[3].revents & POLLOUT) ready |= CT_READY_OUTPUT;
    if (ends[3].revents & (POLLHUP | POLLERR | POLLNVAL)) ready |= CT_READY_HANGUP;
    if (ready & CT_READY_HANGUP) ct_note_hangup();
    return ready;
}

int ct_has_room(int milliseconds) {
    struct pollfd end = {.fd = fileno(open_screen.out), .events = POLLOUT};
    return poll(&end, 1, milliseconds) > 0;
}

int ct_output_is_ready(void) { return ct_has_room(0); }

// MARK: - Keys

void ct_define_keys(void) {
    static const struct {
        const char *sequence;
        int code;
    } sequences[] = {
        {"\033[200~", CT_KEY_PASTE_BEGIN + KEY_MAX}, {"\033[201~", CT_KEY_PASTE_END + KEY_MAX},
        {"\033[A", KEY_UP},     {"\033OA", KEY_UP},     {"\033[B", KEY_DOWN},  {"\033OB", KEY_DOWN},
        {"\033[C", KEY_RIGHT},  {"\033OC", KEY_RIGHT},  {"\033[D", KEY_LEFT},  {"\033OD", KEY_LEFT},
        {"\033[H", KEY_HOME},   {"\033OH", KEY_HOME},   {"\033[F", KEY_END},   {"\033OF", KEY_END},
        {"\033[1~", KEY_HOME},  {"\033[4~", KEY_END},   {"\033[7~", KEY_HOME}, {"\033[8~", KEY_END},
        {"\033[5~", KEY_PPAGE}, {"\033[6~", KEY_NPAGE}, {"\033[3~", KEY_DC},   {"\033[Z", KEY_BTAB},
    };
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
        if (key_defined(sequences[i].sequence) == 0) {
            define_key(sequences[i].sequence, sequences[i].code);
        }
    }
}

static int key(int code) {
    switch (code) {
        case KEY_UP: return CT_KEY_UP;
        case KEY_DOWN: return CT_KEY_DOWN;
        case KEY_LEFT: return CT_KEY_LEFT;
        case KEY_RIGHT: return CT_KEY_RIGHT;
        case KEY_HOME: return CT_KEY_HOME;
        case KEY_END: return CT_KEY_END;
        case KEY_PPAGE: return CT_KEY_PAGE_UP;
        case KEY_NPAGE: return CT_KEY_PAGE_DOWN;
        case KEY_ENTER: return CT_KEY_ENTER;
        case KEY_BTAB: return CT_KEY_BACKTAB;
        case KEY_BACKSPACE: return CT_KEY_BACKSPACE;
        case KEY_DC: return CT_KEY_DELETE;
        case KEY_IC: return CT_KEY_INSERT;
        case KEY_MAX + CT_KEY_PASTE_BEGIN: return CT_KEY_PASTE_BEGIN;
        case KEY_MAX + CT_KEY_PASTE_END: return CT_KEY_PASTE_END;
    }
    if (code > KEY_F0 && code <= KEY_F(63)) return CT_KEY_FUNCTION + code - KEY_F0;
    return CT_KEY_OTHER;
}

int ct_read_key(void) {
    int code = wgetch(open_screen.keys);
    // resizeterm queues KEY_RESIZE, which ct_follow_size has told already.
    while (code == KEY_RESIZE) code = wgetch(open_screen.keys);
    if (code == ERR) return CT_KEY_NONE;
    return code >= 0 && code <= 0xff ? code : key(code);
}

void ct_discard_input(void) { flushinp(); }
