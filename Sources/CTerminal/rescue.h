// Signals, and the way back to a sane terminal without curses: everything that runs in a signal handler
// is here, and is async-signal-safe.

#ifndef CT_RESCUE_H
#define CT_RESCUE_H

#include <stddef.h>

// Remembers the modes of the terminal as they are, to give them back later. With signals, catches the
// signals of ct_next_signal and the fatal ones.
void ct_rescue_prepare(int input, int signals);

// From here on a fatal signal or exit(3) sends the reset bytes and gives the modes back.
void ct_rescue_arm(int output, const char *reset, size_t length);

// Leaves the terminal as a shell expects it, at once, even if it takes nothing at the moment.
void ct_rescue_terminal(void);

// Lets output go on that Ctrl-S has stopped.
void ct_resume_output(int output);

// Whether the terminal is ours; 0 after a rescue in any thread.
int ct_rescue_is_armed(void);

// The terminal has been given back in order; so are the signals and descriptor 2.
void ct_rescue_end(void);

// The terminal is gone for good; from ct_rescue_end on SIGHUP is ignored.
void ct_note_hangup(void);

// The ends to poll.
int ct_signal_descriptor(void);
int ct_wake_descriptor(void);

void ct_drain_wake(void);

// Writes all of it, or as much as the descriptor takes before an error or a long wait.
void ct_write_all(int descriptor, const char *bytes, size_t length);

#endif
