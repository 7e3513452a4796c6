# Runs a server for as long as somebody holds the other end of standard input.
# Let go of, on purpose or because the holder was killed, it stops the server properly.
# A Ctrl-C in the terminal is the holder's to handle; it lets go when it is ready. The server gets
# a process group of its own for that, where the shell can give it one.
trap '' INT HUP
set -m 2>/dev/null
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
echo "pid $server"
( read -r finish; kill -TERM "$server" ) <&3 >/dev/null 2>&1 &
watcher=$!
wait "$server"
kill -KILL "$watcher" 2>/dev/null
