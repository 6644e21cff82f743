#!/bin/sh
# Start a web server ("$@"), ask it for what its application finds, and stop it.
"$@" >server.log 2>&1 &
server=$!
for try in $(seq 300); do
  [ -S server.sock ] && curl -sS -m 20 --unix-socket server.sock http://server/healthz >/dev/null 2>&1 && break
  sleep 0.2
done
for path in grpc rest; do
  curl -sS -f -m 30 --unix-socket server.sock "http://server/$path" || cat server.log
  echo
done
kill "$server"
wait "$server"
