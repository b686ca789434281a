// The screen by curses.
//
// COLOR_PAIR, attron, box and the ACS characters hold 8 bits of a pair and are never used. alloc_pair
// crashes on a terminal without colours. putp writes to stdio. init_color repaints the owner's palette.

#define _GNU_SOURCE

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "CTerminal.h"
#include "rescue.h"
#include "screen.h"

struct open_screen open_screen;

static const char paste_on[] = "\033[?2004h";
static const char paste_off[] = "\033[?2004l";
static const char title_push[] = "\033[22;0;0t";
static const char title_pop[] = "\033[23;0;0t";

// How long a terminal may take nothing before it is given up when the program ends.
enum { closing_patience = 500 };

// MARK: - What the terminal is

int ct_locale_is_utf8(void) {
    // Only LC_CTYPE: other categories would change how C code prints numbers.
    setlocale(LC_CTYPE, "");
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

int ct_is_terminal(int descriptor) { return isatty(descriptor); }

// A capability as a string, or NULL where the terminal lacks it.
static const char *capability(const char *name) {
    char *value = tigetstr((char *)name);
    return value == (char *)-1 ? NULL : value;
}

// Appends a string without its padding, such as $<2>, which only a delay could express.
static size_t append(char *to, size_t length, size_t capacity, const char *value) {
    for (const char *from = value; from && *from && length < capacity; from++) {
        const char *end = strncmp(from, "$<", 2) == 0 ? strchr(from, '>') : NULL;
        if (end) {
            from = end;
        } else {
            to[length++] = *from;
        }
    }
    return length;
}

// Arms the rescue with the bytes that leave the screen of this terminal.
static void arm(int output) {
    char reset[512];
    size_t length = 0;
    const char *leave = capability("rmcup");
    const char *parts[] = {
        open_screen.is_ansi ? "\033[?2026l\033[?1006l\033[?1000l" : NULL,
        open_screen.is_ansi ? paste_off : NULL,
        open_screen.pushes_title ? title_pop : NULL,
        capability("sgr0"),
        capability("op"),
        capability("rmkx"),
        capability("cnorm"),
        // Without another screen to leave, the prompt goes below what is there.
        leave ? leave : open_screen.is_ansi ? "\033[999;1H\r\n" : "\r\n",
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        length = append(reset, length, sizeof reset, parts[i]);
    }
    ct_rescue_arm(output, reset, length);
}

static void learn_capabilities(void) {
    const char *position = capability("cup");
    const char *status_line = capability("tsl");
    const char *enter = capability("smcup");
    open_screen.is_ansi = position && strncmp(position, "\033[", 2) == 0;
    open_screen.has_title = tigetflag((char *)"XT") > 0
        || (status_line && strncmp(status_line, "\033]", 2) == 0);
    open_screen.has_other_screen = enter && capability("rmcup");
    // Some terminals keep the title themselves when they enter the other screen.
    open_screen.pushes_title =
        open_screen.has_title && !(enter && strstr(enter, "\033[22;0;0t"));
}

// MARK: - Opening and closing

static void set_up_colors(void) {
    open_screen.has_default_colors = 0;
    if (!has_colors() || start_color() != OK) return;
    open_screen.has_default_colors = use_default_colors() == OK;
}

static void release(void) {
    if (open_screen.keys) delwin(open_screen.keys);
    if (open_screen.screen) delscreen(open_screen.screen);
    if (open_screen.in) fclose(open_screen.in);
    if (open_screen.out) fclose(open_screen.out);
    free(open_screen.row);
    memset(&open_screen, 0, sizeof open_screen);
}

static FILE *stream(int descriptor, const char *mode) {
    int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
    return copy < 0 ? NULL : fdopen(copy, mode);
}

static void emit(const char *bytes) {
    ct_write_all(fileno(open_screen.out), bytes, strlen(bytes));
}

// The modes that curses does not manage: pasted text is marked, and the title can be put back.
static void set_modes(int on) {
    if (open_screen.pushes_title) emit(on ? title_push : title_pop);
    if (open_screen.is_ansi) emit(on ? paste_on : paste_off);
}

int ct_open(const char *term, int input, int output, int signals) {
    memset(&open_screen, 0, sizeof open_screen);
    // What curses takes a byte for depends on the locale.
    ct_locale_is_utf8();
    // curses spins on a descriptor that does not wait.
    int flags = fcntl(output, F_GETFL);
    if (flags >= 0 && flags & O_NONBLOCK) fcntl(output, F_SETFL, flags & ~O_NONBLOCK);
    ct_rescue_prepare(input, signals);
    open_screen.in = stream(input, "r");
    open_screen.out = stream(output, "w");
    if (open_screen.in && open_screen.out) {
        open_screen.screen = newterm((char *)term, open_screen.out, open_screen.in);
    }
    if (open_screen.screen) open_screen.keys = newpad(1, 1);
    if (!open_screen.keys) {
        if (open_screen.screen) endwin();
        release();
        ct_rescue_end();
        return -1;
    }
    learn_capabilities();
    arm(fileno(open_screen.out));
    if (!getenv("ESCDELAY")) set_escdelay(25);
    cbreak();
    noecho();
    curs_set(0);
    // Keys are read through a pad, since reading through a window refreshes it.
    keypad(open_screen.keys, TRUE);
    nodelay(open_screen.keys, TRUE);
    ct_define_keys();
    set_up_colors();
    ct_follow_size();
    set_modes(1);
    return 0;
}

void ct_leave(void) {
    if (!ct_rescue_is_armed()) return;
    if (!open_screen.has_other_screen) {
        // What is shown stays, so the prompt gets an empty row.
        wmove(stdscr, getmaxy(stdscr) - 1, 0);
        wclrtoeol(stdscr);
        wnoutrefresh(stdscr);
        doupdate();
    }
    set_modes(0);
    endwin();
}

void ct_enter(void) {
    if (!ct_rescue_is_armed()) return;
    reset_prog_mode();
    // endwin forgot that keys are to come as codes.
    keypad(open_screen.keys, TRUE);
    ct_follow_size();
    ct_repaint();
    set_modes(1);
}

void ct_close(void) {
    if (!open_screen.screen) return;
    // Giving the terminal back from the background must not stop the program.
    sigset_t stop;
    sigset_t before;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &stop, &before);
    ct_resume_output(fileno(open_screen.out));
    // A terminal that takes nothing, such as a dead link, must not hold the end of the program.
    if (ct_has_room(closing_patience)) {
        ct_leave();
    } else {
        ct_rescue_terminal();
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    ct_rescue_end();
    release();
}

// MARK: - Size

void ct_size(int *rows, int *columns) { getmaxyx(stdscr, *rows, *columns); }

int ct_follow_size(void) {
    struct winsize size;
    int rows = 0;
    int columns = 0;
    ct_size(&rows, &columns);
    if (ioctl(fileno(open_screen.out), TIOCGWINSZ, &size) != 0) return 0;
    // A line without a size, such as a serial console, says 0.
    if (size.ws_row == 0 || size.ws_col == 0) return 0;
    if (size.ws_row == rows && size.ws_col == columns) return 0;
    resizeterm(size.ws_row, size.ws_col);
    ct_repaint();
    return 1;
}

// MARK: - Colours

int ct_colors(void) { return has_colors() ? COLORS : 0; }

int ct_pairs(void) { return has_colors() ? COLOR_PAIRS : 0; }

void ct_set_pair(int pair, int foreground, int background) {
    if (!has_colors() || pair < 1 || pair >= COLOR_PAIRS) return;
    if (!open_screen.has_default_colors) {
        if (foreground < 0) foreground = COLOR_WHITE;
        if (background < 0) background = COLOR_BLACK;
    }
    init_extended_pair(pair, foreground, background);
}

// MARK: - Drawing

static attr_t curses_attributes(uint8_t attributes) {
    return ((attributes & CT_BOLD) ? WA_BOLD : 0) | ((attributes & CT_DIM) ? WA_DIM : 0)
        | ((attributes & CT_UNDERLINE) ? WA_UNDERLINE : 0)
        | ((attributes & CT_REVERSE) ? WA_REVERSE : 0);
}

// The glyph, or ? where the C library or the locale thinks otherwise of its width: curses would shift
// the rest of the row.
static void compose(cchar_t *to, const struct ct_cell *cell, uint32_t glyph, int columns) {
    wchar_t text[3] = {(wchar_t)glyph, 0, 0};
    if (glyph >= 0x7f && wcwidth((wchar_t)glyph) != columns) {
        text[0] = L'?';
    } else if (cell->mark && wcwidth((wchar_t)cell->mark) == 0) {
        text[1] = (wchar_t)cell->mark;
    }
    int pair = cell->pair;
    setcchar(to, text, curses_attributes(cell->attributes), (short)pair, &pair);
}

static int is_shown_wide(const struct ct_cell *cell) {
    return cell->columns == 2 && wcwidth((wchar_t)cell->glyph) == 2;
}

void ct_put_row(int row, const struct ct_cell *cells, int count) {
    int rows = 0;
    int columns = 0;
    ct_size(&rows, &columns);
    if (row < 0 || row >= rows || !ct_rescue_is_armed()) return;
    if (count > columns) count = columns;
    if (count > open_screen.row_capacity) {
        cchar_t *larger = realloc(open_screen.row, (size_t)count * sizeof *larger);
        if (!larger) return;
        open_screen.row = larger;
        open_screen.row_capacity = count;
    }
    int glyphs = 0;
    for (int i = 0; i < count; i++) {
        const struct ct_cell *cell = &cells[i];
        if (cell->columns == 0) continue;
        int fits = i + cell->columns <= count;
        if (cell->columns == 1 || (fits && is_shown_wide(cell))) {
            compose(&open_screen.row[glyphs++], cell, cell->glyph, cell->columns);
        } else {
            compose(&open_screen.row[glyphs++], cell, fits ? '?' : ' ', 1);
            if (fits) compose(&open_screen.row[glyphs++], cell, ' ', 1);
        }
    }
    mvwadd_wchnstr(stdscr, row, 0, open_screen.row, glyphs);
}

void ct_erase(void) { werase(stdscr); }

void ct_repaint(void) { clearok(curscr, TRUE); }

void ct_flush(void) {
    if (!ct_rescue_is_armed()) return;
    int rows = 0;
    int columns = 0;
    ct_size(&rows, &columns);
    // Where a terminal cannot hide its cursor it waits in the corner.
    wmove(stdscr, rows - 1, 0);
    wnoutrefresh(stdscr);
    doupdate();
}

void ct_beep(void) {
    if (ct_rescue_is_armed()) beep();
}

void ct_title(const char *title) {
    if (!open_screen.has_title || !ct_rescue_is_armed()) return;
    emit("\033]0;");
    emit(title);
    emit("\a");
}

void ct_copy(const char *base64) {
    if (!open_screen.has_title || !ct_rescue_is_armed()) return;
    emit("\033]52;c;");
    emit(base64);
    emit("\a");
}

int ct_shown(int row, int column, struct ct_shown_cell *shown) {
    cchar_t cell;
    wchar_t text[CCHARW_MAX + 1] = {0};
    attr_t attributes = 0;
    short short_pair = 0;
    int pair = 0;
    if (mvwin_wch(curscr, row, column, &cell) == ERR) return -1;
    // Bits of A_CHARTEXT tell which column of a wide glyph a cell is.
    int part = (int)(cell.attr & A_CHARTEXT);
    cell.attr &= ~A_CHARTEXT;
    if (getcchar(&cell, text, &attributes, &short_pair, &pair) == ERR) return -1;
    shown->cell.glyph = part > 1 ? ' ' : (uint32_t)text[0];
    shown->cell.mark = part > 1 ? 0 : (uint32_t)text[1];
    shown->cell.columns = part > 1 ? 0 : part == 1 ? 2 : 1;
    shown->cell.pair = pair;
    shown->cell.attributes = (uint8_t)(((attributes & WA_BOLD) ? CT_BOLD : 0)
        | ((attributes & WA_DIM) ? CT_DIM : 0) | ((attributes & WA_UNDERLINE) ? CT_UNDERLINE : 0)
        | ((attributes & WA_REVERSE) ? CT_REVERSE : 0));
    shown->foreground = shown->background = -1;
    if (pair > 0) extended_pair_content(pair, &shown->foreground, &shown->background);
    return 0;
}
