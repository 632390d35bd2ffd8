#!/bin/sh
# The screen of @floor@, in an environment of which nothing but what the terminal is, is the
# person's: no variable can name a program, a module, a configuration or a file to write.
exec /usr/bin/env -i \
    HOME="$HOME" USER="$USER" LOGNAME="$LOGNAME" PATH=/usr/bin:/bin \
    TERM="${TERM:-dumb}" COLORTERM="$COLORTERM" NO_COLOR="$NO_COLOR" \
    LANG="${LANG:-C.UTF-8}" LC_ALL="$LC_ALL" LC_CTYPE="$LC_CTYPE" \
    SSH_CONNECTION="$SSH_CONNECTION" \
    @python@ -I -m supervisor_tui --config @config@
