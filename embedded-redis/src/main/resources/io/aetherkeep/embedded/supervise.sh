# Runs redis-server until it ends, or until stdin ends: when the JVM dies, even by kill -9, its end
# of that pipe is closed. Exits with the status of redis-server.
#   $1      a directory to delete at the end, or ''
#   $2 ...  redis-server and its arguments
#   stdout  the process id of redis-server, then what it prints
scratch=$1
shift
trap '' HUP INT QUIT TERM
exec 3<&0 </dev/null

# The child prints its process id before it executes redis-server, so that this line comes first.
sh -c 'echo $$; exec "$@"' sh "$@" 3<&- &
redis=$!

(
  read -r _ <&3
  kill -TERM $redis
  kill -CONT $redis # a process that is stopped would not see TERM
) >/dev/null 2>&1 &
watch=$!

wait $redis
status=$?
kill -KILL $watch 2>/dev/null
[ -z "$scratch" ] || rm -rf -- "$scratch"
exit $status
