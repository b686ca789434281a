// What the terminal database says, apart from the screen: term.h defines columns and lines as macros.

#define _XOPEN_SOURCE_EXTENDED 1

// Before term.h, which would rename the fields.
#include "CTerminal.h"

#include <curses.h>
#include <term.h>
#include <unistd.h>

int ct_terminfo_status(const char *term) {
    int result = 0;
    if (setupterm((char *)term, STDOUT_FILENO, &result) != OK) {
        return result == -1 ? CT_TERMINFO_MISSING_DATABASE : CT_TERMINFO_UNKNOWN;
    }
    const char *position = tigetstr((char *)"cup");
    int has_position = position && position != (char *)-1;
    del_curterm(cur_term);
    return has_position ? CT_TERMINFO_USABLE : CT_TERMINFO_NO_CURSOR;
}
