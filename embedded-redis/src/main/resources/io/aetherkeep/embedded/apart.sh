# Becomes the command "$0" "$@", in a session of its own: what is sent to the JVM's process group, such
# as a terminal's Ctrl-C or hang-up, does not reach it. Not by `set -m`: dash then takes the terminal.
if command -v setsid >/dev/null 2>&1; then exec setsid "$0" "$@"; fi
if command -v perl >/dev/null 2>&1; then exec perl -MPOSIX -e 'POSIX::setsid; exec @ARGV' -- "$0" "$@"; fi
exec "$0" "$@"
