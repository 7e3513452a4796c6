#!/bin/sh
# Creates the root of an image without the program: the C library that the runtime is linked to, a user, and folders
# to write to. It contains no shell and no package manager.
# arguments: the tree with a runtime, the root to make; for another machine the folder of its unpacked packages
set -eu
image=$1
root=$2
foreign=${3:-}

# Prints the libraries that programs of this machine are linked to.
linked() {
  find "$image/runtime" -type f \( -name '*.so' -o -perm -100 \) -exec ldd {} + 2>/dev/null \
    | sed -n 's/.*=> \(\/[^ ]*\) (.*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' \
    | grep -v "^$image/" | sort -u
}

# Prints those of another machine, whose programs do not run here: the loader, the libraries that the runtime names,
# and those that these name.
linked_there() {
  libraries=$(find "$foreign/lib" "$foreign/usr/lib" -name '*.so*' ! -path '*/jvm/*')
  find "$image/runtime" -type f \( -name '*.so' -o -perm -100 \) > "$foreign/objects"
  for round in 1 2; do
    xargs readelf -ld < "$foreign/objects" 2>/dev/null \
      | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p; s/.*interpreter: .*\/\(.*\)\]/\1/p' | sort -u > "$foreign/names"
    echo "$libraries" | grep -F -f "$foreign/names" | grep '\.so\(\.[0-9]*\)\{1,2\}$' > "$foreign/found"
    cat "$foreign/found" >> "$foreign/objects"
  done
  sed "s|^$foreign||" "$foreign/found" | sort -u
}

rm -rf "$root"
mkdir -p "$root/etc" "$root/tmp" "$root/var/lib/aetherkeep" "$root/opt/aetherkeep"
if [ -z "$foreign" ]; then linked; else linked_there; fi | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$foreign$library" "$root$library"
done
echo 'aetherkeep:x:65532:65532::/var/lib/aetherkeep:/sbin/nologin' > "$root/etc/passwd"
echo 'aetherkeep:x:65532:' > "$root/etc/group"
echo 'hosts: files dns' > "$root/etc/nsswitch.conf"

version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$image/runtime/release")
{
  echo -XX:-UsePerfData
  echo -XX:MaxRAMPercentage=75
  # The same as without a container: when the second compiler begins.
  grep -o -e '-XX:Tier4[A-Za-z]*=[0-9]*' "$image/bin/aetherkeep"
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
