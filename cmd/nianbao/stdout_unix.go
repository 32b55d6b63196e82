//go:build unix

package main

/*
#include <errno.h>
#include <fcntl.h>

// Go opens /dev/null in the place of a standard stream that is closed when it
// starts, so whether one was can only be told before.
static int stdout_was_closed;

__attribute__((constructor)) static void look_at_stdout(void) {
	stdout_was_closed = fcntl(1, F_GETFD) == -1 && errno == EBADF;
}

static int stdout_closed(void) { return stdout_was_closed; }
*/
import "C"

// stdoutClosed reports whether the program was started without a standard
// output: what is written there is lost.
func stdoutClosed() bool { return C.stdout_closed() != 0 }
