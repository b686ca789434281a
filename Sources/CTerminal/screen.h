// What the screen and the keyboard share. Together with terminfo.c they are all that knows curses.

#ifndef CT_SCREEN_H
#define CT_SCREEN_H

#define _XOPEN_SOURCE_EXTENDED 1
#include <curses.h>

struct open_screen {
    SCREEN *screen;
    FILE *in;
    FILE *out;
    WINDOW *keys;
    cchar_t *row;
    int row_capacity;
    int has_default_colors;
    int is_ansi;
    int has_title;
    int pushes_title;
    int has_other_screen;
};

// There is one at most; screen is NULL while there is none.
extern struct open_screen open_screen;

// Teaches curses the keys that terminals send, whatever their description says.
void ct_define_keys(void);

// Whether the terminal takes output within that time, or will never take any again.
int ct_has_room(int milliseconds);

#endif
