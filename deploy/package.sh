#!/usr/bin/env bash
# Writes the templates, the stack policy and the alerts of one release to dist/release: with the release's image as the
# default, and links to its runbook. notes.md has the changelog's section, and Launch Stack links where there is a bucket.
#
#   deploy/package.sh 1.2.0 owner/repository [bucket]
set -euo pipefail

version=$1
repository=$2
bucket=${3:-}
cd "$(dirname "$0")/.."
out=dist/release
rm -rf "$out"
mkdir -p "$out"

image=ghcr.io/${repository,,}:$version
runbook=https://github.com/$repository/blob/v$version/docs/runbook.md
for file in deploy/base.yaml deploy/app.yaml deploy/events.yaml docs/alerts.yaml; do
  sed -e "s|docs/runbook\.md|$runbook|g" -e "s|^  Image:\$|&\n    Default: $image|" "$file" >"$out/${file##*/}"
done
cp deploy/base.policy.json "$out/"

{
  # The section of this version, without its heading.
  awk -v heading="## [$version]" 'index($0, "## ") == 1 { found = index($0, heading) == 1; next } found' CHANGELOG.md
  echo
  echo "Image: \`$image\`"
  if [ -n "$bucket" ]; then
    for stack in base events app; do
      name=marketplace-${stack/app/landing}
      url=https://$bucket.s3.amazonaws.com/$version/$stack.yaml
      # AWS Marketplace sends its events there.
      if [ "$stack" = events ]; then region='?region=us-east-1'; else region=''; fi
      echo "[Launch $name](https://console.aws.amazon.com/cloudformation/home$region#/stacks/create/review?templateURL=$url&stackName=$name)"
    done
  fi
} >"$out/notes.md"
