#!/bin/sh
# The screen of @floor@, in an environment of which nothing but what the terminal is, is the
# person's: no variable can name a program, a module, a configuration or a file to write.
if [ -n "$SSH_ORIGINAL_COMMAND" ] && [ ! -t 0 ]; then
    # What was asked for waits for an answer in a language of its own, or into a file: none is given.
    echo @refusal@ >&2
    exit 1
fi
exec /usr/bin/env -i \
    HOME="$HOME" USER="$USER" LOGNAME="$LOGNAME" PATH=/usr/bin:/bin \
    TERM="${TERM:-dumb}" COLORTERM="$COLORTERM" NO_COLOR="$NO_COLOR" \
    LANG="${LANG:-C.UTF-8}" LC_ALL="$LC_ALL" LC_CTYPE="$LC_CTYPE" \
    SSH_CONNECTION="$SSH_CONNECTION" \
    @python@ -I -m supervisor_tui --config @config@
