#!/bin/sh
# Adds manifest.json to the tar of an OCI image: `docker load` reads that where Docker keeps images in its own
# store, and the same blobs. Other programs read index.json as before.
#
#   docker.sh TAR VERSION
set -eu
tar=$1
version=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
! tar tf "$tar" manifest.json >/dev/null 2>&1 || exit 0

# Prints the paths of the blobs that a JSON file names, in its order.
blobs() {
  grep -o '"sha256:[0-9a-f]*"' "$1" | sed 's/"sha256:\(.*\)"/blobs\/sha256\/\1/'
}

tar xf "$tar" -C "$work" index.json
manifest=$(blobs "$work/index.json" | head -n 1)
tar xf "$tar" -C "$work" "$manifest"
# The configuration comes first, then the layers.
config=$(blobs "$work/$manifest" | head -n 1)
layers=$(blobs "$work/$manifest" | sed '1d; s/.*/"&"/' | paste -s -d , -)
printf '[{"Config":"%s","RepoTags":["aetherkeep:latest","aetherkeep:%s"],"Layers":[%s]}]' \
  "$config" "$version" "$layers" > "$work/manifest.json"
tar rf "$tar" -C "$work" --owner=0 --group=0 --numeric-owner --mode=644 --mtime=@0 manifest.json
