#!/bin/sh
# Creates a tree with a runtime, and the root of an image, for another machine: links Debian's JDK for that machine with
# this machine's jlink. It installs nothing, and needs apt-get, dpkg-deb and readelf.
# arguments: the tree of the packages, the other machine as Debian names it, a folder for its packages, the tree to
# make, the root to make, the time of its files
set -eu
dist=$1
machine=$2
work=$3
image=$4
root=$5
time=$6
here=$(dirname "$0")

mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/packages" "$work/root"
touch "$work/status"
apt() {
  tool=$1
  shift
  "$tool" -q -o APT::Architecture="$machine" -o APT::Architectures="$machine" -o APT::Sandbox::User=root \
    -o Dir::State="$work/state" -o Dir::State::status="$work/status" -o Dir::Cache="$work/cache" "$@"
}
apt apt-get update >&2

# The newest Java that Debian has for that machine and that a jlink of this machine can link.
newest=0
jlink=
for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
  [ -x "$home/bin/jlink" ] && [ -f "$home/release" ] || continue
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
  if [ "$version" -gt "$newest" ] && apt apt-cache show "openjdk-$version-jdk-headless" >/dev/null 2>&1; then
    newest=$version
    jlink=$home/bin/jlink
  fi
done
[ "$newest" -ge 17 ] || { echo "no JDK that is here and in Debian for $machine" >&2; exit 1; }

(cd "$work/packages" \
  && apt apt-get download "openjdk-$newest-jdk-headless" libc6 libgcc-s1 libstdc++6 zlib1g >&2)
for package in "$work"/packages/*.deb; do
  dpkg-deb -x "$package" "$work/root"
done

rm -rf "$image"
cp -R "$dist" "$image"
# Options must be split.
# shellcheck disable=SC2046
"$jlink" --module-path "$(echo "$work"/root/usr/lib/jvm/*/jmods)" --output "$image/runtime" \
  $("$here/runtime.sh" options "$newest")
find "$image" -exec touch -h -d "$time" {} +
exec "$here/root.sh" "$image" "$root" "$work/root"
