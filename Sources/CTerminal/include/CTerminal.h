// What the rest of the program sees of curses: functions over ints and pointers, so that no macro, global
// or name of curses.h reaches Swift.
//
// Threads: curses is not thread-safe (Debian builds it without locks), so one thread makes every call.
// Only ct_wake may be called from any thread.

#ifndef CTERMINAL_H
#define CTERMINAL_H

#include <stdint.h>

// What ct_terminfo_status answers.
enum {
    CT_TERMINFO_USABLE = 0,
    CT_TERMINFO_UNKNOWN = 1,
    CT_TERMINFO_MISSING_DATABASE = 2,
    CT_TERMINFO_NO_CURSOR = 3,
};

// Bits of ct_cell.attributes.
enum {
    CT_BOLD = 1,
    CT_DIM = 2,
    CT_UNDERLINE = 4,
    CT_REVERSE = 8,
};

// What ct_read_key answers beside bytes from 0 to 255. CT_KEY_FUNCTION + n is the function key Fn.
enum {
    CT_KEY_NONE = -1,
    CT_KEY_UP = 0x101,
    CT_KEY_DOWN,
    CT_KEY_LEFT,
    CT_KEY_RIGHT,
    CT_KEY_HOME,
    CT_KEY_END,
    CT_KEY_PAGE_UP,
    CT_KEY_PAGE_DOWN,
    CT_KEY_ENTER,
    CT_KEY_BACKTAB,
    CT_KEY_BACKSPACE,
    CT_KEY_DELETE,
    CT_KEY_INSERT,
    CT_KEY_PASTE_BEGIN,
    CT_KEY_PASTE_END,
    CT_KEY_OTHER,
    CT_KEY_FUNCTION = 0x200,
};

// Bits of what ct_wait answers.
enum {
    CT_READY_INPUT = 1,
    CT_READY_OUTPUT = 2,
    CT_READY_SIGNAL = 4,
    CT_READY_WAKE = 8,
    CT_READY_HANGUP = 16,
};

// What ct_next_signal answers.
enum {
    CT_SIGNAL_NONE = 0,
    CT_SIGNAL_RESIZE,
    CT_SIGNAL_STOP,
    CT_SIGNAL_CONTINUE,
    CT_SIGNAL_INTERRUPT,
    CT_SIGNAL_TERMINATE,
    CT_SIGNAL_HANGUP,
};

// One column of a row. columns is 1, or 2 for a wide glyph, whose right half is a cell with columns 0.
struct ct_cell {
    uint32_t glyph;
    uint32_t mark;  // A combining mark, or 0.
    int32_t pair;
    uint8_t attributes;
    uint8_t columns;
};

// A cell as it is on the screen, with the colours of its pair; -1 is the terminal's own.
struct ct_shown_cell {
    struct ct_cell cell;
    int32_t foreground;
    int32_t background;
};

// --- Before a screen is open

// Whether the locale of the environment encodes text as UTF-8. Sets LC_CTYPE from the environment.
int ct_locale_is_utf8(void);

// Whether the terminal of that name is described, and well enough to draw on it.
int ct_terminfo_status(const char *term);

int ct_is_terminal(int descriptor);

// Sends descriptor 2 to a file, or to /dev/null when path is NULL or cannot be opened, until ct_close.
void ct_redirect_errors(const char *path);

// --- The screen

// Takes over the terminal. With signals the signals of ct_next_signal are caught, and a fatal signal or
// exit(3) resets the terminal first. Answers 0, or -1 when curses refuses.
int ct_open(const char *term, int input, int output, int signals);

// Gives the terminal back as it was, and the signal dispositions too.
void ct_close(void);

// Gives the terminal back for a while; ct_enter takes it again and paints everything at the next flush.
void ct_leave(void);
void ct_enter(void);

// Stops this process as the shell expects of Ctrl-Z; returns when it is continued, or at once when no
// shell is there to continue it.
void ct_stop_process(void);

void ct_size(int *rows, int *columns);

// Follows the terminal's size; answers whether it changed.
int ct_follow_size(void);

int ct_colors(void);
int ct_pairs(void);

// Gives a pair from 1 on its colours; -1 is the terminal's own. Does nothing without colours.
void ct_set_pair(int pair, int foreground, int background);

// Draws one row from column 0 on; what is beyond the right edge is left out.
void ct_put_row(int row, const struct ct_cell *cells, int count);

void ct_erase(void);

// Makes the next flush paint everything.
void ct_repaint(void);

// Sends what changed to the terminal. Blocks while the terminal takes nothing.
void ct_flush(void);

void ct_beep(void);

// Sets the terminal's title where it is known to have one. The text must be printable.
void ct_title(const char *title);

// Puts text, as base64, into the clipboard of the terminal's owner (OSC 52), where that is likely to work.
void ct_copy(const char *base64);

// Reads back what the terminal shows after a flush; answers 0, or -1 outside.
int ct_shown(int row, int column, struct ct_shown_cell *shown);

// --- Input

// Waits until something is ready or the time is over; -1 waits for ever. Answers bits of CT_READY_*,
// 0 after the time. With output, room for output counts too; without input, the terminal does not.
int ct_wait(int milliseconds, int input, int output);

// Whether the terminal takes output now, or will never take any again.
int ct_output_is_ready(void);

// Ends a ct_wait, now or the next one; from any thread.
void ct_wake(void);

int ct_next_signal(void);

// The next byte or key, or CT_KEY_NONE; never waits for more than the rest of an escape sequence.
int ct_read_key(void);

// Throws away what was typed and not yet read.
void ct_discard_input(void);

#endif
