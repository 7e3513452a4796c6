#!/bin/sh
# Creates a tree that needs no Java: the tree of the packages, and a runtime of the newest JDK found. From
# JDK 25 on it has an ahead-of-time cache of the classes of a start, which a first start fills.
# arguments: the tree of the packages, the tree to make, the time of its files; or 'options' and a version of Java, to
# print the options of jlink
set -eu

# Prints the options of jlink: the modules that jdeps finds in the jar, and those loaded by name: locales, TLS,
# management of the JVM.
options() {
  compress=zip-9
  [ "$1" -ge 21 ] || compress=2
  echo --strip-java-debug-attributes --no-header-files --no-man-pages --compress "$compress" --add-modules \
    java.base,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.sql,java.xml,\
jdk.crypto.ec,jdk.jfr,jdk.management,jdk.net,jdk.unsupported
}
if [ "$1" = options ]; then
  options "$2"
  exit
fi

dist=$1
image=$2
time=$3

# Prints the feature version of a JDK that can link runtimes.
version_of() {
  [ -x "$1/bin/jlink" ] && [ -f "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$1/release"
}

newest=0
home=
for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
  version=$(version_of "$candidate")
  if [ "${version:-0}" -gt "$newest" ]; then
    newest=$version
    home=$candidate
  fi
done
[ "$newest" -ge 17 ] || { echo "no JDK that has jlink: set JAVA_HOME" >&2; exit 1; }

rm -rf "$image"
cp -R "$dist" "$image"
# Options must be split.
# shellcheck disable=SC2046
"$home/bin/jlink" --output "$image/runtime" $(options "$newest")
if command -v strip >/dev/null 2>&1 && [ "$(uname -s)" = Linux ]; then
  find "$image/runtime/lib" -name '*.so' -exec strip --strip-unneeded {} + 2>/dev/null || true
fi
# The cache contains the time of the jar.
find "$image" -exec touch -h -d "$time" {} +

if [ "$newest" -ge 25 ]; then
  data=$(mktemp -d)
  touch "$data/out"
  JAVA_OPTS="-XX:AOTCacheOutput=$image/lib/aetherkeep.aot" AETHERKEEP_HTTP_PORT=0 \
    AETHERKEEP_DATA_DIR=$data "$image/bin/aetherkeep" > "$data/out" 2> "$data/errors" &
  node=$!
  until grep -q '^aetherkeep ready on ' "$data/out"; do
    kill -0 "$node" 2>/dev/null || { cat "$data/errors" >&2; exit 1; }
    sleep 0.1
  done
  kill "$node"
  wait "$node" || true
  rm -rf "$data"
  [ -s "$image/lib/aetherkeep.aot" ] || { echo "no cache was made" >&2; exit 1; }
  touch -d "$time" "$image/lib/aetherkeep.aot"
fi
