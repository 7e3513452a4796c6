#!/bin/sh
# Creates the root of an image without the program: the C library that the runtime is linked to, a user, and folders
# to write to. It contains no shell and no package manager.
# arguments: the tree with a runtime, the root to make
set -eu
image=$1
root=$2

rm -rf "$root"
mkdir -p "$root/etc" "$root/tmp" "$root/var/lib/aetherkeep" "$root/opt/aetherkeep"
find "$image/runtime" -type f \( -name '*.so' -o -perm -100 \) -exec ldd {} + 2>/dev/null \
  | sed -n 's/.*=> \(\/[^ ]*\) (.*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' \
  | grep -v "^$image/" | sort -u | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
echo 'aetherkeep:x:65532:65532::/var/lib/aetherkeep:/sbin/nologin' > "$root/etc/passwd"
echo 'aetherkeep:x:65532:' > "$root/etc/group"
echo 'hosts: files dns' > "$root/etc/nsswitch.conf"

version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$image/runtime/release")
{
  echo -XX:-UsePerfData
  echo -XX:MaxRAMPercentage=75
  if [ "$version" -ge 24 ]; then
    echo --enable-native-access=ALL-UNNAMED
    echo --sun-misc-unsafe-memory-access=allow
  fi
  if [ -f "$image/lib/aetherkeep.aot" ]; then
    echo -XX:AOTCache=/opt/aetherkeep/lib/aetherkeep.aot
    echo -Xlog:aot=off
    echo -Xlog:cds=off
  fi
  echo -jar
  echo /opt/aetherkeep/lib/aetherkeep.jar
} > "$root/opt/aetherkeep/java.args"
