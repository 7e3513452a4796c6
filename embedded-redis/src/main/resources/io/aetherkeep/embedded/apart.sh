# Executes the command "$0" "$@" in a session of its own, which no signal to the JVM's process group
# reaches, such as a terminal's Ctrl-C or hang-up. Not by `set -m`: dash then takes the terminal.
if command -v setsid >/dev/null 2>&1; then exec setsid "$0" "$@"; fi
if command -v perl >/dev/null 2>&1; then exec perl -MPOSIX -e 'POSIX::setsid; exec @ARGV' -- "$0" "$@"; fi
exec "$0" "$@"
